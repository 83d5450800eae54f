#pragma once

#include "engine/loader/verdict.hpp"

#include <chrono>
#include <functional>
#include <stdexcept>
#include <string>

namespace weir {

/// A stage could not answer; its own words.
class NoAnswer : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Repeats calls that a stage wants repeated, for a while. One thread.
class Persistence {
 public:
  using Clock = std::chrono::steady_clock;

  /// Gives a call up after `longest`. `sleep` waits between two tries.
  Persistence(std::chrono::milliseconds longest,
              std::function<void(std::chrono::milliseconds)> sleep,
              std::function<Clock::time_point()> now = &Clock::now)
      : longest_(longest), sleep_(std::move(sleep)), now_(std::move(now)) {}

  /// Returns once the call is OK. Throws NoAnswer with `who` when it fails, or time is up.
  void insist(const std::string& who, const std::function<Verdict()>& call) const;

 private:
  std::chrono::milliseconds longest_;
  std::function<void(std::chrono::milliseconds)> sleep_;
  std::function<Clock::time_point()> now_;
};

}  // namespace weir
