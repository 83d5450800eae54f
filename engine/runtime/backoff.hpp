#pragma once

#include "engine/pipeline/spec.hpp"

#include <chrono>
#include <random>

namespace weir {

/// Pauses between tries: the bound doubles from `first` to `longest`; the pause is drawn evenly
/// below it (full jitter), so that many who wait for one server do not come back together. Not
/// thread-safe.
class Backoff {
 public:
  Backoff(const RetrySpec& spec, std::uint64_t seed)
      : spec_(spec), bound_(spec.first), random_(seed) {}

  std::chrono::milliseconds next();
  void reset() { bound_ = spec_.first; }

 private:
  RetrySpec spec_;
  std::chrono::milliseconds bound_;
  std::mt19937_64 random_;
};

}  // namespace weir
