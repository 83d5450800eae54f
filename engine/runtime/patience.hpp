#pragma once

#include "engine/observe/log.hpp"
#include "engine/runtime/backoff.hpp"
#include "engine/runtime/halt.hpp"
#include "engine/runtime/lane.hpp"
#include "engine/runtime/scheduler.hpp"
#include "engine/runtime/snapshot.hpp"

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace weir {

/// Who in the pipeline waits for what, for the page and the probes. [any]
class Waiting {
 public:
  /// Tries once more after a pause, for this reason.
  void again(const std::string& who, const std::string& stage, std::string why,
             Scheduler::Wall now) {
    const std::scoped_lock lock(mutex_);
    WaitSnapshot& wait = waits_[who];
    if (wait.stage != stage) wait = {.stage = stage, .since = now};
    wait.reason = std::move(why);
    ++wait.retries;
  }
  void clear(const std::string& who) {
    const std::scoped_lock lock(mutex_);
    waits_.erase(who);
  }
  std::vector<WaitSnapshot> all() const {
    const std::scoped_lock lock(mutex_);
    std::vector<WaitSnapshot> all;
    for (const auto& [who, wait] : waits_) all.push_back(wait);
    return all;
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, WaitSnapshot> waits_;  // by thread
};

/// Waits between two tries of one thread, for ever or until it is told to give up; says why it
/// waits.
class Patience {
 public:
  Patience(std::string who, const RetrySpec& retry, Scheduler& scheduler, const Halt& halt,
           Waiting& waiting, const Log& log, std::string pipeline)
      : who_(std::move(who)),
        pipeline_(std::move(pipeline)),
        backoff_(retry, scheduler.random()),
        scheduler_(scheduler),
        halt_(halt),
        waiting_(waiting),
        log_(log) {}

  /// A pause before the next try. False: give up. `lane`, if any, is what the work belongs to: once
  /// lost it is given up.
  bool wait(const std::string& stage, const std::string& why, const Lane* lane = nullptr);

  /// The try has succeeded.
  void over();

 private:
  static constexpr std::chrono::milliseconds glance{
      200};  // how often a long pause looks whether its lane is lost
  static constexpr std::chrono::seconds repeat_warning{
      30};  // how often the log is told that it still waits

  std::string who_, pipeline_;
  Backoff backoff_;
  const Scheduler& scheduler_;
  const Halt& halt_;
  Waiting& waiting_;
  const Log& log_;
  Scheduler::Time warned_{};
  bool waits_ = false;
};

}  // namespace weir
