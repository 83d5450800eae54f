#include "engine/web/listener.hpp"

#include "engine/web/connection.hpp"

#include <Poco/Net/NetException.h>
#include <poll.h>
#include <sys/socket.h>
#include <algorithm>
#include <cerrno>
#include <stdexcept>

namespace weir::web {
namespace {

constexpr int backlog = 1024;           // connections that the kernel completes while we are busy
constexpr std::size_t to_refuse = 256;  // more that wait to be refused are closed at once
constexpr std::chrono::seconds grace{1};
/// How often idle connections are looked for; more often where they may not be idle for long.
constexpr std::chrono::milliseconds between_sweeps{1'000};
constexpr std::chrono::milliseconds until_descriptors{10};  // come free, where there are none
/// Bytes of answers that the kernel keeps for a client that does not read; it doubles them, and
/// would by itself keep up to 4 MiB: one that asks and never reads would have us make thousands of
/// answers.
constexpr int send_buffer = 64 * 1024;

std::string with_port(const std::string& host, std::uint16_t port) {
  const bool bare_v6 = host.find(':') != std::string::npos && !host.starts_with('[');
  return (bare_v6 ? '[' + host + ']' : host) + ':' + std::to_string(port);
}

const char* advice(int error) {
  switch (error) {
    case EADDRINUSE:
      return "stop the program that has this port, or choose another one in `http: { listen: … }`";
    case EACCES:
      return "choose a port from 1024 on in `http: { listen: … }`, or grant CAP_NET_BIND_SERVICE";
    default:
      return "set `http: { listen: … }` to an address of this machine and a port, such as "
             "127.0.0.1:8081";
  }
}

}  // namespace

Poco::Net::ServerSocket listen_at(const std::string& host, std::uint16_t port) {
  try {
    const bool brackets = host.starts_with('[') && host.ends_with(']');
    const Poco::Net::SocketAddress address(brackets ? host.substr(1, host.size() - 2) : host, port);
    Poco::Net::ServerSocket socket;
    // Poco's short forms also set SO_REUSEPORT: a second server would silently share the port with
    // the first.
    if (address.family() == Poco::Net::SocketAddress::IPv6)
      socket.bind6(address, true, false, false);
    else
      socket.bind(address, true, false);
    socket.setSendBufferSize(send_buffer);  // those that it accepts inherit it
    socket.listen(backlog);
    return socket;
  } catch (const Poco::Exception& error) {
    throw std::runtime_error("the web server cannot listen on " + with_port(host, port) + ": " +
                             error.displayText() + "; " + advice(error.code()));
  }
}

RequestGuard guard_for(const Poco::Net::ServerSocket& socket, std::vector<std::string> hosts,
                       std::string token) {
  const Poco::Net::SocketAddress address = socket.address();
  const std::string host = address.host().toString();
  const bool v6 = address.family() == Poco::Net::SocketAddress::IPv6;
  return RequestGuard({.loopback = address.host().isLoopback(),
                       .bound_to = v6 ? '[' + host + ']' : host,
                       .hosts = std::move(hosts),
                       .token = std::move(token)});
}

Listener::Listener(const Poco::Net::ServerSocket& socket, Parts& parts)
    : socket_(socket),
      parts_(parts),
      workers_(readiness_, parts.limits.connections + spare_threads),
      acceptor_([this](const std::stop_token& stop) { accept(stop); }) {}

Listener::~Listener() {
  acceptor_.request_stop();
  acceptor_.join();
  parts_.open.end(grace);
}

void Listener::accept(const std::stop_token& stop) {
  const int listening = socket_.impl()->sockfd();
  const std::stop_callback wake(stop, [&] { ::shutdown(listening, SHUT_RDWR); });
  const auto pause = std::min(between_sweeps, parts_.limits.idle / 4);
  auto next_sweep = std::chrono::steady_clock::now() + pause;
  while (!stop.stop_requested()) {
    pollfd newcomer{.fd = listening, .events = POLLIN, .revents = 0};
    if (::poll(&newcomer, 1, static_cast<int>(pause.count())) > 0 && !stop.stop_requested())
      take_newcomer();
    const auto now = std::chrono::steady_clock::now();
    if (now < next_sweep) continue;
    parts_.open.close_idle();
    next_sweep = now + pause;
  }
}

void Listener::take_newcomer() try {
  const auto most = static_cast<std::size_t>(parts_.limits.connections) + to_refuse;
  if (parts_.open.size() >= most) {
    socket_.acceptConnection();  // and closed
    return;
  }
  // In two steps: no socket of ours is left that a worker would have to share.
  auto connection = std::make_unique<Connection>(socket_.acceptConnection(), parts_);
  readiness_.add(std::move(connection));
} catch (const std::exception&) {
  ::poll(nullptr, 0, static_cast<int>(until_descriptors.count()));
}

}  // namespace weir::web
