#pragma once

#include "engine/web/listener.hpp"
#include "fakes.hpp"

#include <optional>
#include <string>

namespace weir::web {

/// A server with limits of the test's, on loopback unless it says otherwise.
class LimitedServer {
 public:
  explicit LimitedServer(const Limits& limits, const std::string& token = "",
                         const std::string& host = "127.0.0.1")
      : socket_(listen_at(host, 0)),
        parts_(limits, guard_for(socket_, {}, token), observed_, std::nullopt) {}

  std::uint16_t port() const { return socket_.address().port(); }
  Parts& parts() { return parts_; }
  std::size_t open() const { return parts_.open.size(); }
  std::uint64_t shed() const { return parts_.open.shed(); }

 private:
  FakeObserved observed_;
  Poco::Net::ServerSocket socket_;
  Parts parts_;
  Listener listener_{socket_, parts_};
};

}  // namespace weir::web
