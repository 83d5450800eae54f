#include "wake_up.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <system_error>

namespace weir::kafka_source {

WakeUp::WakeUp() : event_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (event_ < 0) {
    throw std::system_error(errno, std::generic_category(),
                            "kafka-source cannot make an eventfd; raise the limit of open files");
  }
}

WakeUp::~WakeUp() { close(event_); }

void WakeUp::watch(rd_kafka_queue_t& queue) const {
  const std::uint64_t one = 1;
  rd_kafka_queue_io_event_enable(&queue, event_, &one, sizeof one);
}

void WakeUp::forget(rd_kafka_queue_t& queue) {
  rd_kafka_queue_io_event_enable(&queue, -1, nullptr, 0);
}

void WakeUp::clear() const {
  std::uint64_t events = 0;
  // EAGAIN, the only failure there is, means that nothing has happened.
  static_cast<void>(read(event_, &events, sizeof events) == sizeof events);
}

void WakeUp::wait(std::chrono::milliseconds longest) const {
  pollfd waiting{.fd = event_, .events = POLLIN, .revents = 0};
  static_cast<void>(::poll(&waiting, 1, static_cast<int>(longest.count())));
}

}  // namespace weir::kafka_source
