#include "fiber.hpp"

#include <cxxabi.h>
#include <sys/mman.h>

#include <cstdint>
#include <cstring>
#include <new>
#include <utility>

#ifdef WEIR_ADDRESS_SANITIZER
#include <sanitizer/common_interface_defs.h>
#endif

namespace weir::simulation {
namespace {

constexpr std::size_t page = 4096;
constexpr std::size_t stack_size = 512 * 1024;  // only what is touched becomes memory

// The address sanitizer has to be told of each change of stacks.
void leave([[maybe_unused]] void** shadow, [[maybe_unused]] const void* stack,
           [[maybe_unused]] std::size_t size) {
#ifdef WEIR_ADDRESS_SANITIZER
  __sanitizer_start_switch_fiber(shadow, stack, size);
#endif
}
void arrive([[maybe_unused]] void* shadow, [[maybe_unused]] const void** stack,
            [[maybe_unused]] std::size_t* size) {
#ifdef WEIR_ADDRESS_SANITIZER
  __sanitizer_finish_switch_fiber(shadow, stack, size);
#endif
}

}  // namespace

Fiber::Fiber(std::function<void()> work) : work_(std::move(work)) {
  void* memory = ::mmap(nullptr, page + stack_size, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  ::mprotect(memory, page, PROT_NONE);
  stack_ = static_cast<std::byte*>(memory) + page;
  ::getcontext(&here_);
  here_.uc_stack.ss_sp = stack_;
  here_.uc_stack.ss_size = stack_size;
  here_.uc_link = nullptr;
  const auto self = reinterpret_cast<std::uintptr_t>(this);  // makecontext passes on integers only
  ::makecontext(&here_, reinterpret_cast<void (*)()>(&Fiber::enter), 2,
                static_cast<unsigned>(self >> 32U), static_cast<unsigned>(self));
}

Fiber::~Fiber() { ::munmap(stack_ - page, page + stack_size); }

void Fiber::enter(unsigned high, unsigned low) {
  reinterpret_cast<Fiber*>(std::uintptr_t{high} << 32U | low)->live();
}

void Fiber::live() {
  arrive(nullptr, &home_stack_, &home_size_);
  work_();
  work_ = nullptr;
  ended_ = true;
  leave(nullptr, home_stack_, home_size_);
  ::setcontext(&home_);
}

void Fiber::resume() {
  void* shadow = nullptr;
  exchange_exceptions();
  leave(&shadow, stack_, stack_size);
  ::swapcontext(&home_, &here_);
  arrive(shadow, nullptr, nullptr);
  exchange_exceptions();
}

void Fiber::suspend() {
  leave(&shadow_, home_stack_, home_size_);
  ::swapcontext(&here_, &home_);
  arrive(shadow_, &home_stack_, &home_size_);
}

void Fiber::exchange_exceptions() {
  Exceptions others;
  auto* globals = reinterpret_cast<std::byte*>(abi::__cxa_get_globals());
  std::memcpy(others.bytes.data(), globals, others.bytes.size());
  std::memcpy(globals, exceptions_.bytes.data(), exceptions_.bytes.size());
  exceptions_ = others;
}

}  // namespace weir::simulation
