#include "engine/runtime/bell.hpp"

namespace weir {

void Bell::ring() {
  {
    const std::scoped_lock lock(mutex_);
    if (pending_) return;
    pending_ = true;
  }
  rung_->notify_all();
}

void Bell::wait(std::chrono::milliseconds longest) {
  std::unique_lock lock(mutex_);
  rung_->wait_for(lock, longest, [this] { return pending_; });
  pending_ = false;
}

}  // namespace weir
