#pragma once

#include "engine/runtime/scheduler.hpp"

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>

namespace weir {

/// The end of patience: once called, nobody waits and nothing is tried again. Final. [any]
class Halt {
 public:
  explicit Halt(Scheduler& scheduler) : changed_(scheduler.condition()) {}

  void call();
  bool called() const { return called_.load(std::memory_order_acquire); }
  /// Waits for `pause`; true when the halt was called before or meanwhile.
  bool wait(std::chrono::milliseconds pause) const;

 private:
  std::atomic<bool> called_ = false;
  mutable std::mutex mutex_;
  std::unique_ptr<Scheduler::Condition> changed_;
};

}  // namespace weir
