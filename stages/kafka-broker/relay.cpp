#include "relay.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <utility>

namespace weir::kafka_broker {
namespace {

bool only_not_now() { return errno == EAGAIN || errno == EINTR; }

short events(bool readable, bool writable) {
  return static_cast<short>((readable ? POLLIN : 0) | (writable ? POLLOUT : 0));
}

}  // namespace

Relay::Relay(Descriptor client, Descriptor broker)
    : client_(std::move(client)), broker_(std::move(broker)) {}

std::array<pollfd, 2> Relay::wanted() const {
  return {pollfd{.fd = client_.number(),
                 .events = events(upstream_.empty(), !downstream_.empty()),
                 .revents = 0},
          pollfd{.fd = broker_.number(),
                 .events = events(downstream_.empty(), !upstream_.empty()),
                 .revents = 0}};
}

bool Relay::serve(const pollfd& client, const pollfd& broker) {
  constexpr short over = POLLERR | POLLNVAL;
  if (((client.revents | broker.revents) & over) != 0) return false;
  // Kafka's protocol has no half-closed connections: the end of one side is the end of both.
  if ((client.revents & (POLLIN | POLLHUP)) != 0 && !fill(upstream_, client_)) return false;
  if ((broker.revents & (POLLIN | POLLHUP)) != 0 && !fill(downstream_, broker_)) return false;
  return drain(upstream_, broker_) && drain(downstream_, client_);
}

bool Relay::fill(Flow& flow, const Descriptor& from) {
  if (!flow.empty()) return true;
  const auto count = recv(from.number(), flow.bytes.data(), flow.bytes.size(), 0);
  if (count == 0) return false;
  if (count < 0) return only_not_now();
  flow.begin = 0;
  flow.end = static_cast<std::size_t>(count);
  return true;
}

bool Relay::drain(Flow& flow, const Descriptor& to) {
  while (!flow.empty()) {
    const auto count =
        send(to.number(), flow.bytes.data() + flow.begin, flow.end - flow.begin, MSG_NOSIGNAL);
    if (count < 0) return only_not_now();
    flow.begin += static_cast<std::size_t>(count);
  }
  return true;
}

}  // namespace weir::kafka_broker
