#pragma once

#include "engine/runtime/scheduler.hpp"

#include <functional>
#include <memory>

namespace weir {

/// The machine's own threads, clock and chance.
class SystemScheduler : public Scheduler {
 public:
  std::unique_ptr<Thread> start(std::function<void()> work) override;
  std::unique_ptr<Condition> condition() override;
  Time now() const override;
  Wall wall() const override;
  std::uint64_t random() override;
};

}  // namespace weir
