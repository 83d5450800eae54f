#pragma once

#include <ucontext.h>

#include <array>
#include <cstddef>
#include <functional>

#if defined(__SANITIZE_ADDRESS__)
#define WEIR_ADDRESS_SANITIZER
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WEIR_ADDRESS_SANITIZER
#endif
#endif

namespace weir::simulation {

/// Work with a stack of its own, which runs when it is resumed and until it suspends itself: a
/// thread without a thread. One that has not ended at its destruction is given up as it stands,
/// without unwinding.
class Fiber {
 public:
  explicit Fiber(std::function<void()> work);
  ~Fiber();
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  /// Returns when the work has suspended itself or has ended.
  void resume();
  /// Back to who resumed it; from within the work only.
  void suspend();
  bool ended() const { return ended_; }

 private:
  /// What the C++ runtime keeps for each thread of the exceptions under way (Itanium C++ ABI:
  /// __cxa_eh_globals). A fiber that suspends itself in a catch block must find its own again.
  struct Exceptions {
    std::array<std::byte, 2 * sizeof(void*)> bytes{};
  };

  static void enter(unsigned high, unsigned low);
  void live();
  void exchange_exceptions();

  std::function<void()> work_;
  std::byte* stack_;  // with a page below it that must not be touched
  ucontext_t here_{}, home_{};
  Exceptions exceptions_;
  bool ended_ = false;
  void* shadow_ = nullptr;  // of the address sanitizer: this fiber's, and where home is
  const void* home_stack_ = nullptr;
  std::size_t home_size_ = 0;
};

}  // namespace weir::simulation
