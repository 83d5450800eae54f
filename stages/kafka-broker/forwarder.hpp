#pragma once

#include <netinet/in.h>

#include <cstdint>
#include <list>
#include <stop_token>
#include <thread>

#include "descriptor.hpp"
#include "relay.hpp"

namespace weir::kafka_broker {

/// Listens at a fixed address and forwards each connection to another one, on a thread of its own.
///
/// Stages start no threads as a rule. This is the exception: librdkafka offers no way to choose the
/// mock cluster's port, and a service is never called by the engine between start and stop.
class Forwarder {
 public:
  /// Listens at once, so that a taken address is known here. Throws std::runtime_error.
  Forwarder(const sockaddr_in& listen, const sockaddr_in& target);
  ~Forwarder();
  Forwarder(const Forwarder&) = delete;
  Forwarder& operator=(const Forwarder&) = delete;

  /// The port that it listens at: the system's choice where 0 was asked for.
  std::uint16_t port() const { return port_; }

 private:
  void run(const std::stop_token& stop);
  void accept_one();
  Descriptor connect_to_target() const;

  sockaddr_in target_;
  Descriptor listener_;
  std::uint16_t port_ = 0;
  Descriptor wake_;  // an eventfd: the thread sleeps in poll() and wakes to stop
  std::list<Relay> relays_;
  std::jthread thread_;
};

}  // namespace weir::kafka_broker
