#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weir {

/// What a server binds to.
struct ListenAddress {
  std::string host;
  std::uint16_t port = 0;

  bool operator==(const ListenAddress&) const = default;
};

/// "127.0.0.1:8081", "localhost:0", "[::1]:8081"; ":8081" and "8081" stand for the loopback
/// interface: nothing is open to others unless the file says so. Nothing for any other text. [any]
std::optional<ListenAddress> parse_listen(std::string_view text);

}  // namespace weir
