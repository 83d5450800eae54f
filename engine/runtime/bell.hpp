#pragma once

#include "engine/runtime/scheduler.hpp"

#include <chrono>
#include <memory>
#include <mutex>

namespace weir {

/// Wakes the source's thread when there is something to do: room was made, or a batch has settled.
/// [any]
class Bell {
 public:
  explicit Bell(Scheduler& scheduler) : rung_(scheduler.condition()) {}

  void ring();
  /// Returns at the first ring since the last wait, or when `longest` is over.
  void wait(std::chrono::milliseconds longest);

 private:
  std::mutex mutex_;
  std::unique_ptr<Scheduler::Condition> rung_;
  bool pending_ = false;
};

}  // namespace weir
