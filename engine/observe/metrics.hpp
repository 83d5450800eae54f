#pragma once

#include <prometheus/metric_family.h>
#include <prometheus/registry.h>

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace weir {

using MetricLabels = std::map<std::string, std::string>;

class Metrics;

/// One series: a name with one set of labels. Lives until the registry does, or until it is
/// dropped. [any]
class Series {
 public:
  virtual ~Series() = default;
  virtual void add(double) {}
  virtual void set(double) {}
  virtual void observe(double) {}
  /// Of a histogram, by interpolation within its buckets; absent while nothing was observed.
  virtual std::optional<double> quantile(double) const { return std::nullopt; }
  virtual double value() const { return 0; }
  /// Forgets the series: it is destroyed.
  void drop();

 private:
  friend class Metrics;
  Metrics* home_ = nullptr;
};

/// The engine's figures. Asking for a series again gives the same one. Throws std::invalid_argument
/// when a name or label is not allowed, or the name stands for another kind already. [any]
class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  Series& counter(const std::string& name, const std::string& help, const MetricLabels& labels);
  Series& gauge(const std::string& name, const std::string& help, const MetricLabels& labels);
  Series& histogram(const std::string& name, const std::string& help, const MetricLabels& labels,
                    const std::vector<double>& bounds);

  std::vector<prometheus::MetricFamily> collect() const;

  /// Prometheus' text format.
  static std::string text(const std::vector<prometheus::MetricFamily>& families);

  /// 100 µs to about 50 s, for durations in seconds.
  static const std::vector<double>& duration_bounds();

 private:
  friend class Series;
  struct Kept;
  void drop(Series& series);
  template <class Make>
  Series& keep(const std::string& name, const MetricLabels& labels, char kind, Make make);

  prometheus::Registry registry_;
  mutable std::mutex mutex_;  // guards the two below
  std::map<std::pair<std::string, MetricLabels>, std::unique_ptr<Kept>> series_;
  std::map<std::string, char> kinds_;
};

}  // namespace weir
