#pragma once

#include <chrono>
#include <cstddef>

namespace weir::generate_source {

/// Spreads messages evenly over time. What was held up for more than a second is not made up for.
class Pace {
 public:
  using Clock = std::chrono::steady_clock;

  /// `rate`: messages a second; 0: no limit.
  Pace(double rate, Clock::time_point start) : rate_(rate), start_(start) {}

  /// How many messages are due now.
  std::size_t due(Clock::time_point now);
  void sent(std::size_t count) { sent_ += static_cast<double>(count); }
  /// When the next one is due.
  Clock::time_point next() const;

 private:
  double rate_;
  Clock::time_point start_;
  double sent_ = 0;  // since start_
};

}  // namespace weir::generate_source
