#include "interruptions.hpp"

#include "simulation.hpp"

#include <dlfcn.h>
#include <pthread.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

namespace weir::simulation {
namespace {

// A C function is told nothing of who calls it, hence a variable of the thread.
thread_local Simulation* interrupting = nullptr;
thread_local int held = 0;  // mutexes, by the fiber that runs

using Call = int (*)(pthread_mutex_t*);

Call original(const char* name) { return reinterpret_cast<Call>(::dlsym(RTLD_NEXT, name)); }

int lock(pthread_mutex_t* mutex) {
  static const Call original_lock = original("pthread_mutex_lock");
  if (interrupting == nullptr) return original_lock(mutex);
  if (held == 0) interrupting->may_interrupt();
  const int result = ::pthread_mutex_trylock(mutex);
  if (result == EBUSY) {  // there is one thread only, so nobody would ever unlock it
    std::fputs("a fiber was interrupted, or waits, while it holds a mutex\n", stderr);
    std::abort();
  }
  if (result == 0) ++held;
  return result;
}

int unlock(pthread_mutex_t* mutex) {
  static const Call original_unlock = original("pthread_mutex_unlock");
  const int result = original_unlock(mutex);
  if (interrupting != nullptr && result == 0) --held;
  return result;
}

}  // namespace

Interruptions::Interruptions(Simulation& simulation) {
  interrupting = &simulation;
  held = 0;
}

Interruptions::~Interruptions() { interrupting = nullptr; }

}  // namespace weir::simulation

extern "C" int pthread_mutex_lock(pthread_mutex_t* mutex) noexcept {
  return weir::simulation::lock(mutex);
}

extern "C" int pthread_mutex_unlock(pthread_mutex_t* mutex) noexcept {
  return weir::simulation::unlock(mutex);
}
