#pragma once

#include "chance.hpp"
#include "fiber.hpp"

#include "engine/runtime/scheduler.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <vector>

namespace weir::simulation {

/// A run that cannot go on: everybody waits for somebody else, or it never comes to an end.
class Stuck : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Many fibers on one thread, and a time that only passes when the simulation says so. A seed
/// decides who runs next, when one is interrupted for another, how long each step takes, and which
/// waits end late or for no reason: the same seed, the same run.
class Simulation {
 public:
  using Time = Scheduler::Time;

  explicit Simulation(std::uint64_t seed)
      : chance_(seed), wakes_for_no_reason_(chance_.one_in(2)) {}

  /// Starts a fiber, which does not run before `not_before`, looked at anew before each step.
  std::unique_ptr<Scheduler::Thread> start(std::function<void()> work,
                                           const Time* not_before = nullptr);
  std::unique_ptr<Scheduler::Condition> condition();

  /// Runs `event` at that time, between two steps; it must not wait.
  void at(Time time, std::function<void()> event);

  /// Until every fiber has ended; `between` is called between two steps. Throws Stuck: the fibers
  /// are lost then, and with them what they hold.
  void run(const std::function<void()>& between);

  Chance& chance() { return chance_; }
  Time now() const { return now_; }

  // From within a fiber only.

  /// Another fiber may run here.
  void breathe();
  /// As breathe(), at a place that is passed often; outside of a fiber too.
  void may_interrupt();
  void sleep(microseconds longest);

  std::uint64_t steps() const { return steps_; }
  /// Of all that has happened so far: who ran when.
  std::uint64_t fingerprint() const { return fingerprint_; }

 private:
  class Waitable;
  class Joined;

  struct Task {
    Task(std::size_t the_number, std::function<void()> work, const Time* until)
        : number(the_number), fiber(std::make_unique<Fiber>(std::move(work))), not_before(until) {}

    const std::size_t number;
    std::unique_ptr<Fiber> fiber;  // null: ended
    const Time* not_before;
    bool ready = true;
    const Waitable* waits_for = nullptr;
    std::optional<Time> deadline;
  };

  void block(const Waitable* for_what, std::optional<Time> deadline);
  void wake(const Waitable& waitable);
  void wake_due();
  Task* pick();
  void resume(Task& task);
  bool pass_time();
  static bool held(const Task& task, Time now) {
    return task.not_before != nullptr && *task.not_before > now;
  }
  std::optional<Time> next_event() const;
  std::string who_waits() const;

  Chance chance_;
  const bool wakes_for_no_reason_;   // in some runs only: it would mend a wake-up that is missing
  Time now_{std::chrono::hours(1)};  // never the epoch, which stands for "not yet" in the runtime
  std::vector<std::shared_ptr<Task>> tasks_;  // shared with the threads' handles
  std::vector<Task*> choice_;
  std::multimap<Time, std::function<void()>> events_;
  Task* current_ = nullptr;
  std::size_t started_ = 0;
  std::uint64_t steps_ = 0;
  std::uint64_t fingerprint_ = 0;
};

}  // namespace weir::simulation
