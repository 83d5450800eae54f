#pragma once

#include "engine/observe/log.hpp"
#include "engine/runtime/backoff.hpp"
#include "engine/runtime/halt.hpp"
#include "engine/runtime/lane.hpp"
#include "engine/runtime/scheduler.hpp"

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace weir {

/// Who in the pipeline waits for what, for the page and the probes. [any]
class Waiting {
 public:
  void set(const std::string& who, std::string why) {
    const std::scoped_lock lock(mutex_);
    reasons_[who] = std::move(why);
  }
  void clear(const std::string& who) {
    const std::scoped_lock lock(mutex_);
    reasons_.erase(who);
  }
  /// One sentence of one who waits; empty when nobody does.
  std::string reason() const {
    const std::scoped_lock lock(mutex_);
    return reasons_.empty() ? std::string{} : reasons_.begin()->second;
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::string> reasons_;
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
