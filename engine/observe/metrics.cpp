#include "engine/observe/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <stdexcept>
#include <string_view>
#include <tuple>

namespace weir {
namespace {

/// The library only asserts its rules, and is built without assertions.
bool well_formed(std::string_view name, bool metric) {
  const auto letter = [metric](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (metric && c == ':');
  };
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return !name.empty() && letter(name.front()) &&
         std::ranges::all_of(name, [&](char c) { return letter(c) || digit(c); });
}

void require_well_formed(const std::string& name, const MetricLabels& labels) {
  if (!well_formed(name, true)) {
    throw std::invalid_argument("`" + name +
                                "` is not a metric's name; use letters, digits and underscores");
  }
  for (const auto& [label, value] : labels) {
    if (well_formed(label, false) && !label.starts_with("__")) continue;
    throw std::invalid_argument("`" + label + "` of the metric " + name +
                                " is not a label's name; use letters, digits and underscores");
  }
}

class CounterSeries : public Series {
 public:
  explicit CounterSeries(prometheus::Counter& metric) : metric_(metric) {}
  void add(double amount) override {
    if (amount > 0) metric_.Increment(amount);
  }
  double value() const override { return metric_.Value(); }
  Figure figure() const override { return {.kind = Figure::Kind::counter, .value = value()}; }

 private:
  prometheus::Counter& metric_;
};

class GaugeSeries : public Series {
 public:
  explicit GaugeSeries(prometheus::Gauge& metric) : metric_(metric) {}
  void add(double amount) override { metric_.Increment(amount); }
  void set(double value) override { metric_.Set(value); }
  double value() const override { return metric_.Value(); }
  Figure figure() const override { return {.kind = Figure::Kind::gauge, .value = value()}; }

 private:
  prometheus::Gauge& metric_;
};

class HistogramSeries : public Series {
 public:
  explicit HistogramSeries(prometheus::Histogram& metric) : metric_(metric) {}
  void observe(double value) override { metric_.Observe(value); }
  std::optional<double> quantile(double share) const override {
    const auto histogram = metric_.Collect().histogram;
    if (histogram.sample_count == 0) return std::nullopt;
    const double wanted = share * static_cast<double>(histogram.sample_count);
    double lower = 0;
    double before = 0;
    for (const auto& bucket : histogram.bucket) {
      const auto count = static_cast<double>(bucket.cumulative_count);
      if (count >= wanted) {
        if (std::isinf(bucket.upper_bound) || count == before) return lower;
        return lower + (bucket.upper_bound - lower) * (wanted - before) / (count - before);
      }
      lower = bucket.upper_bound;
      before = count;
    }
    return lower;
  }
  Figure figure() const override {
    const auto histogram = metric_.Collect().histogram;
    return {.kind = Figure::Kind::histogram,
            .count = histogram.sample_count,
            .sum = histogram.sample_sum,
            .p50 = quantile(0.5),
            .p99 = quantile(0.99)};
  }

 private:
  prometheus::Histogram& metric_;
};

}  // namespace

struct Metrics::Kept {
  std::unique_ptr<Series> series;
  std::function<void()> remove;
  const void* owner = nullptr;
};

Metrics::Metrics() = default;
Metrics::~Metrics() = default;

template <class Make>
Series& Metrics::keep(const std::string& name, const MetricLabels& labels, char kind,
                      const void* owner, Make make) {
  require_well_formed(name, labels);
  const std::scoped_lock lock(mutex_);
  const auto [known, fresh] = kinds_.try_emplace(name, kind);
  if (known->second != kind) {
    throw std::invalid_argument("the metric " + name +
                                " is of another kind already; choose another name");
  }
  auto& kept = series_[{name, labels}];
  if (!kept) {
    try {
      kept = std::make_unique<Kept>(make());
      kept->series->home_ = this;
      kept->owner = owner;
    } catch (...) {
      series_.erase({name, labels});
      if (fresh) kinds_.erase(name);
      throw;
    }
  }
  return *kept->series;
}

Series& Metrics::counter(const std::string& name, const std::string& help,
                         const MetricLabels& labels, const void* owner) {
  return keep(name, labels, 'c', owner, [&] {
    auto& family = prometheus::BuildCounter().Name(name).Help(help).Register(registry_);
    auto& metric = family.Add(labels);
    return Kept{std::make_unique<CounterSeries>(metric),
                [&family, &metric] { family.Remove(&metric); }};
  });
}

Series& Metrics::gauge(const std::string& name, const std::string& help, const MetricLabels& labels,
                       const void* owner) {
  return keep(name, labels, 'g', owner, [&] {
    auto& family = prometheus::BuildGauge().Name(name).Help(help).Register(registry_);
    auto& metric = family.Add(labels);
    return Kept{std::make_unique<GaugeSeries>(metric),
                [&family, &metric] { family.Remove(&metric); }};
  });
}

Series& Metrics::histogram(const std::string& name, const std::string& help,
                           const MetricLabels& labels, const std::vector<double>& bounds,
                           const void* owner) {
  return keep(name, labels, 'h', owner, [&] {
    auto& family = prometheus::BuildHistogram().Name(name).Help(help).Register(registry_);
    auto& metric = family.Add(labels, bounds);
    return Kept{std::make_unique<HistogramSeries>(metric),
                [&family, &metric] { family.Remove(&metric); }};
  });
}

void Series::drop() { home_->drop(*this); }

void Metrics::drop(Series& series) {
  const std::scoped_lock lock(mutex_);
  for (auto kept = series_.begin(); kept != series_.end(); ++kept) {
    if (kept->second->series.get() != &series) continue;
    kept->second->remove();
    series_.erase(kept);
    return;
  }
}

std::vector<Figure> Metrics::figures(const void* owner) const {
  std::vector<Figure> found;
  const std::scoped_lock lock(mutex_);
  for (const auto& [identity, kept] : series_) {
    if (kept->owner != owner) continue;
    Figure& figure = found.emplace_back(kept->series->figure());
    std::tie(figure.name, figure.labels) = identity;
  }
  return found;
}

std::vector<prometheus::MetricFamily> Metrics::collect() const { return registry_.Collect(); }

std::string Metrics::text(const std::vector<prometheus::MetricFamily>& families) {
  return prometheus::TextSerializer().Serialize(families);
}

const std::vector<double>& Metrics::duration_bounds() {
  static const std::vector<double> bounds = [] {
    std::vector<double> made;
    for (double bound = 0.0001; bound < 60; bound *= 1.6) made.push_back(bound);
    return made;
  }();
  return bounds;
}

}  // namespace weir
