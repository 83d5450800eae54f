#include "engine/runtime/patience.hpp"

#include <algorithm>

namespace weir {

bool Patience::wait(const std::string& stage, const std::string& why, const Lane* lane) {
  const auto now = scheduler_.now();
  waiting_.again(who_, stage, why, scheduler_.wall());
  if (!waits_ || now - warned_ > repeat_warning) {
    log_.warn(pipeline_ + "/" + stage,
              (waits_ ? "still waits: " : "waits and tries again: ") + why);
    warned_ = now;
  }
  waits_ = true;
  for (auto left = backoff_.next(); left.count() > 0; left -= glance) {
    if (halt_.wait(std::min(left, glance))) return false;
    if (lane != nullptr && lane->lost()) return false;
  }
  return !halt_.called();
}

void Patience::over() {
  if (!waits_) return;
  waits_ = false;
  backoff_.reset();
  waiting_.clear(who_);
  log_.info(pipeline_, "goes on");
}

}  // namespace weir
