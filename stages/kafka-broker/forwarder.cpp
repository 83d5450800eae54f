#include "forwarder.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

namespace weir::kafka_broker {
namespace {

constexpr int backlog = 64;
constexpr std::size_t most_relays = 256;  // each holds two buffers of 64 KiB

const sockaddr* generic(const sockaddr_in& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

[[noreturn]] void refuse(const sockaddr_in& address) {
  const std::string why = std::strerror(errno);
  char host[INET_ADDRSTRLEN] = "";
  inet_ntop(AF_INET, &address.sin_addr, host, sizeof host);
  throw std::runtime_error("kafka-broker cannot listen at " + std::string(host) + ":" +
                           std::to_string(ntohs(address.sin_port)) + ": " + why +
                           "; stop what uses the address, or choose another `listen`");
}

Descriptor listen_at(const sockaddr_in& address) {
  Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const int on = 1;
  if (!socket || setsockopt(socket.number(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
      bind(socket.number(), generic(address), sizeof address) != 0 ||
      listen(socket.number(), backlog) != 0) {
    refuse(address);
  }
  return socket;
}

std::uint16_t port_of(const Descriptor& socket) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  getsockname(socket.number(), reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

void send_at_once(const Descriptor& socket) {
  const int on = 1;
  setsockopt(socket.number(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

}  // namespace

Forwarder::Forwarder(const sockaddr_in& listen, const sockaddr_in& target)
    : target_(target),
      listener_(listen_at(listen)),
      port_(port_of(listener_)),
      wake_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

Forwarder::~Forwarder() {
  thread_.request_stop();
  const std::uint64_t one = 1;
  static_cast<void>(write(wake_.number(), &one, sizeof one) == sizeof one);
  thread_.join();
}

void Forwarder::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    std::vector<pollfd> waiting{{.fd = wake_.number(), .events = POLLIN, .revents = 0},
                                {.fd = listener_.number(), .events = POLLIN, .revents = 0}};
    if (relays_.size() >= most_relays) waiting[1].events = 0;
    for (const auto& relay : relays_) {
      const auto wanted = relay.wanted();
      waiting.insert(waiting.end(), wanted.begin(), wanted.end());
    }
    if (poll(waiting.data(), waiting.size(), -1) < 0) continue;

    std::size_t at = 2;
    for (auto relay = relays_.begin(); relay != relays_.end(); at += 2) {
      const bool alive = relay->serve(waiting[at], waiting[at + 1]);
      relay = alive ? std::next(relay) : relays_.erase(relay);
    }
    if ((waiting[1].revents & POLLIN) != 0) accept_one();
  }
}

void Forwarder::accept_one() {
  Descriptor client(accept4(listener_.number(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!client) {
    // Out of descriptors, the connection stays in the backlog and poll() would return at once for
    // ever.
    if (errno == EMFILE || errno == ENFILE)
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    return;
  }
  Descriptor broker = connect_to_target();
  if (!broker) return;
  send_at_once(client);
  send_at_once(broker);
  relays_.emplace_back(std::move(client), std::move(broker));
}

Descriptor Forwarder::connect_to_target() const {
  Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) return {};
  const int result = connect(socket.number(), generic(target_), sizeof target_);
  if (result != 0 && errno != EINPROGRESS) return {};
  return socket;
}

}  // namespace weir::kafka_broker
