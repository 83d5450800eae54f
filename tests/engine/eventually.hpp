#pragma once

#include <chrono>
#include <thread>

namespace weir {

/// Whether it comes true within this time.
template <typename Condition>
bool eventually(Condition condition, std::chrono::seconds longest = std::chrono::seconds(20)) {
  const auto deadline = std::chrono::steady_clock::now() + longest;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::yield();
  }
  return true;
}

}  // namespace weir
