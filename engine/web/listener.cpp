#include "engine/web/listener.hpp"

#include "engine/web/connection.hpp"

#include <Poco/Net/NetException.h>
#include <Poco/Net/TCPServerConnectionFactory.h>
#include <algorithm>
#include <cerrno>
#include <stdexcept>

namespace weir::web {
namespace {

constexpr int backlog = 1024;  // connections that the kernel completes while we are busy
constexpr int first_threads = 4;
constexpr int queued = 256;  // more that wait for a thread, while all are taken, are closed at once
constexpr int idle_thread_seconds = 60;
constexpr int stack_bytes = 512 * 1024;  // address space, not memory; handlers of stages run on it
constexpr std::chrono::seconds grace{1};
/// Bytes of answers that the kernel keeps for a client that does not read; it doubles them, and
/// would by itself keep up to 4 MiB: one that asks and never reads would have us make thousands of
/// answers.
constexpr int send_buffer = 64 * 1024;

class ConnectionFactory : public Poco::Net::TCPServerConnectionFactory {
 public:
  explicit ConnectionFactory(Parts& parts) : parts_(parts) {}
  Poco::Net::TCPServerConnection* createConnection(const Poco::Net::StreamSocket& socket) override {
    return new Connection(socket, parts_);  // Poco takes it over
  }

 private:
  Parts& parts_;
};

Poco::Net::TCPServerParams::Ptr parameters(const Limits& limits) {
  Poco::Net::TCPServerParams::Ptr parameters = new Poco::Net::TCPServerParams;
  parameters->setMaxThreads(limits.connections + spare_threads);
  parameters->setMaxQueued(queued);
  // A thread that begins to wait for a connection while Poco stops is not woken, and would hold the
  // stop up so long.
  parameters->setThreadIdleTime(Poco::Timespan(0, 300'000));
  return parameters;
}

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
    : parts_(parts),
      threads_("web", first_threads, parts.limits.connections + spare_threads, idle_thread_seconds,
               stack_bytes),
      server_(new ConnectionFactory(parts), threads_, socket, parameters(parts.limits)) {
  server_.start();
}

Listener::~Listener() {
  server_.stop();
  parts_.open.end(grace);
  threads_.joinAll();
}

}  // namespace weir::web
