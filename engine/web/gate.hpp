#pragma once

#include <atomic>
#include <cstdint>

namespace weir::web {

/// Counts the requests that are inside one owner's handlers, and lets the owner wait until there
/// are none and never will be again. [any]
class Gate {
 public:
  /// False once the gate is closed; otherwise leave() must follow.
  bool enter() {
    if (!(state_.fetch_add(1, std::memory_order_acquire) & closed)) return true;
    leave();
    return false;
  }

  void leave() {
    if (state_.fetch_sub(1, std::memory_order_release) == (closed | 1)) state_.notify_all();
  }

  /// Lets nobody in any more, and returns when the last one has left.
  void close() {
    std::uint32_t now = state_.fetch_or(closed, std::memory_order_acquire) | closed;
    for (; now != closed; now = state_.load(std::memory_order_acquire))
      state_.wait(now, std::memory_order_acquire);
  }

 private:
  static constexpr std::uint32_t closed = 1u << 31;
  std::atomic<std::uint32_t> state_{0};  ///< the requests inside, and the closed bit
};

/// Leaves the gate that was entered.
class [[nodiscard]] Visit {
 public:
  explicit Visit(Gate& gate) : gate_(gate.enter() ? &gate : nullptr) {}
  ~Visit() {
    if (gate_) gate_->leave();
  }
  Visit(const Visit&) = delete;
  Visit& operator=(const Visit&) = delete;
  explicit operator bool() const { return gate_ != nullptr; }

 private:
  Gate* gate_;
};

}  // namespace weir::web
