#include "engine/runtime/backoff.hpp"

#include <algorithm>

namespace weir {

std::chrono::milliseconds Backoff::next() {
  using Count = std::chrono::milliseconds::rep;
  const std::chrono::milliseconds pause{
      std::uniform_int_distribution<Count>(1, std::max<Count>(bound_.count(), 1))(random_)};
  bound_ = std::min(bound_ * 2, spec_.longest);
  return pause;
}

}  // namespace weir
