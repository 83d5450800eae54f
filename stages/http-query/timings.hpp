#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace weir::http_query {

/// Collects how long each stage took to answer, for the header Server-Timing: `cache;dur=0.010,
/// store;dur=1.900`.
class Timings {
 public:
  using Clock = std::chrono::steady_clock;

  /// A stage is asked from now on.
  void begin() { begun_ = Clock::now(); }
  /// It has answered; returns how long that took.
  std::chrono::duration<double> end(std::string_view stage);

  const std::string& header() const { return header_; }

 private:
  Clock::time_point begun_{};
  std::string header_;
};

}  // namespace weir::http_query
