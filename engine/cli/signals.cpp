#include "engine/cli/signals.hpp"

#include <signal.h>

#include <ctime>

namespace weir {
namespace {

sigset_t ours() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

}  // namespace

Signals::Signals() {
  const sigset_t set = ours();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGXFSZ, SIG_IGN);
}

std::optional<int> Signals::wait(std::chrono::milliseconds longest) const {
  const sigset_t set = ours();
  const timespec time{.tv_sec = static_cast<time_t>(longest.count() / 1000),
                      .tv_nsec = (longest.count() % 1000) * 1'000'000};
  const int signal = sigtimedwait(&set, nullptr, &time);
  return signal > 0 ? std::optional(signal) : std::nullopt;
}

}  // namespace weir
