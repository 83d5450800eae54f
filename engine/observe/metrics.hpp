#pragma once

#include <prometheus/metric_family.h>
#include <prometheus/registry.h>

#include <cstdint>
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

/// A series at one moment; a value.
struct Figure {
  enum class Kind { counter, gauge, histogram };

  std::string name{};
  MetricLabels labels{};
  Kind kind = Kind::counter;
  double value = 0;         ///< not of a histogram
  std::uint64_t count = 0;  ///< of a histogram, like all below
  double sum = 0;
  std::optional<double> p50{}, p99{};  ///< absent while nothing was observed
};

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
  /// All but the name and the labels.
  virtual Figure figure() const = 0;
  /// Forgets the series: it is destroyed.
  void drop();

 private:
  friend class Metrics;
  Metrics* home_ = nullptr;
};

/// The engine's figures. Asking for a series again gives the same one. Throws std::invalid_argument
/// when a name or label is not allowed, or the name stands for another kind already. `owner` is who
/// asks, for figures(). [any]
class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  Series& counter(const std::string& name, const std::string& help, const MetricLabels& labels,
                  const void* owner = nullptr);
  Series& gauge(const std::string& name, const std::string& help, const MetricLabels& labels,
                const void* owner = nullptr);
  Series& histogram(const std::string& name, const std::string& help, const MetricLabels& labels,
                    const std::vector<double>& bounds, const void* owner = nullptr);

  /// The series that this owner has asked for first, by name and labels.
  std::vector<Figure> figures(const void* owner) const;

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
  Series& keep(const std::string& name, const MetricLabels& labels, char kind, const void* owner,
               Make make);

  prometheus::Registry registry_;
  mutable std::mutex mutex_;  // guards the two below
  std::map<std::pair<std::string, MetricLabels>, std::unique_ptr<Kept>> series_;
  std::map<std::string, char> kinds_;
};

}  // namespace weir
