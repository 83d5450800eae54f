#include "pace.hpp"

#include <cmath>
#include <limits>

namespace weir::generate_source {

std::size_t Pace::due(Clock::time_point now) {
  if (rate_ <= 0) return std::numeric_limits<std::size_t>::max();
  const double elapsed = std::chrono::duration<double>(now - start_).count();
  const double wanted = std::floor(elapsed * rate_) + 1;  // the first one at once
  const double behind = wanted - sent_;
  if (behind > rate_ + 1) {
    start_ = now;
    sent_ = 0;
    return 1;
  }
  return behind < 1 ? 0 : static_cast<std::size_t>(behind);
}

Pace::Clock::time_point Pace::next() const {
  if (rate_ <= 0) return start_;
  // A little later than exactly, so that rounding does not let it come too early and once more.
  const std::chrono::duration<double> offset(sent_ / rate_ + 1e-6);
  return start_ + std::chrono::ceil<Clock::duration>(offset);
}

}  // namespace weir::generate_source
