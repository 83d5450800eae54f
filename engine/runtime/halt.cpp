#include "engine/runtime/halt.hpp"

namespace weir {

void Halt::call() {
  {
    const std::scoped_lock lock(mutex_);
    called_.store(true, std::memory_order_release);
  }
  changed_->notify_all();
}

bool Halt::wait(std::chrono::milliseconds pause) const {
  std::unique_lock lock(mutex_);
  return changed_->wait_for(lock, pause, [this] { return called(); });
}

}  // namespace weir
