#pragma once

#include "engine/web/parts.hpp"
#include "engine/web/readiness.hpp"
#include "engine/web/workers.hpp"

#include <Poco/Net/ServerSocket.h>
#include <string>
#include <thread>
#include <vector>

namespace weir::web {

/// A socket that listens at the address. Throws std::runtime_error where it cannot: which address,
/// why, and what to do.
Poco::Net::ServerSocket listen_at(const std::string& host, std::uint16_t port);

/// The guard of a server at this socket's address. `hosts` and `token` are those of the file.
RequestGuard guard_for(const Poco::Net::ServerSocket& socket, std::vector<std::string> hosts = {},
                       std::string token = {});

/// Accepts connections and serves them on threads of its own, from construction to destruction.
/// Destruction lets the answers at hand go out for a second, then cuts them off, and waits for
/// handlers that are still inside a stage.
class Listener {
 public:
  Listener(const Poco::Net::ServerSocket& socket, Parts& parts);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

 private:
  void accept(const std::stop_token& stop);
  void take_newcomer();

  Poco::Net::ServerSocket socket_;
  Parts& parts_;
  Readiness readiness_;
  Workers workers_;
  std::jthread acceptor_;
};

}  // namespace weir::web
