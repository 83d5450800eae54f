#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>

namespace weir {

/// Threads, waiting, time and chance, as the runtime sees them: the machine's own, or those of a
/// simulation, which runs everything on one thread in an order that a seed decides. Outlives what
/// it has made. [any]
class Scheduler {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Wall = std::chrono::sys_time<std::chrono::microseconds>;

  /// Work that runs beside its maker. Its destruction waits for its end.
  class Thread {
   public:
    virtual ~Thread() = default;
    /// Waits for the end, at most so long; whether it has come.
    virtual bool ends_within(std::chrono::milliseconds longest) = 0;
  };

  /// A change to wait for, of something that a mutex guards.
  class Condition {
   public:
    using Holds = std::function<bool()>;

    virtual ~Condition() = default;
    virtual void wait(std::unique_lock<std::mutex>& lock, const Holds& holds) = 0;
    /// At most so long; whether it holds.
    virtual bool wait_for(std::unique_lock<std::mutex>& lock, std::chrono::milliseconds longest,
                          const Holds& holds) = 0;
    /// Not to be called under a lock.
    virtual void notify_all() = 0;
  };

  virtual ~Scheduler() = default;

  virtual std::unique_ptr<Thread> start(std::function<void()> work) = 0;
  virtual std::unique_ptr<Condition> condition() = 0;
  virtual Time now() const = 0;
  /// The time of day, to be shown to people: it may jump, so nothing is measured by it.
  virtual Wall wall() const = 0;
  virtual std::uint64_t random() = 0;
};

}  // namespace weir
