#pragma once

#include <chrono>
#include <cstdint>

namespace weir::simulation {

using std::chrono::microseconds;

/// Draws that a seed decides, the same with every standard library (SplitMix64).
class Chance {
 public:
  explicit Chance(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15U);
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31U);
  }
  std::uint64_t below(std::uint64_t bound) { return next() % bound; }
  bool one_in(std::uint64_t count) { return below(count) == 0; }
  microseconds between(microseconds least, microseconds most) {
    const auto range = static_cast<std::uint64_t>((most - least).count());
    return least + microseconds(static_cast<std::int64_t>(below(range + 1)));
  }

 private:
  std::uint64_t state_;
};

}  // namespace weir::simulation
