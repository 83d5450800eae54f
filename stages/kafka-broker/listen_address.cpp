#include "listen_address.hpp"

#include <arpa/inet.h>

#include <charconv>
#include <stdexcept>

namespace weir::kafka_broker {
namespace {

[[noreturn]] void refuse(const std::string& text, const std::string& why) {
  throw std::runtime_error("kafka-broker cannot listen at \"" + text + "\": " + why +
                           "; give `listen: 127.0.0.1:PORT`");
}

}  // namespace

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

sockaddr_in listen_address(const std::string& text) {
  const auto colon = text.rfind(':');
  if (colon == std::string::npos) refuse(text, "it has no port");
  const std::string host = text.substr(0, colon);
  std::uint16_t port = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data() + colon + 1, end, port);
  if (parsed.ec != std::errc{} || parsed.ptr != end)
    refuse(text, "its port is not a number up to 65535");

  sockaddr_in address = loopback(port);
  if (host == "localhost") return address;
  if (inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1) {
    refuse(text, "its host is neither an IPv4 address nor localhost");
  }
  if (ntohl(address.sin_addr.s_addr) >> 24 != 127) {
    refuse(text, "the brokers behind it can be reached on the loopback interface only");
  }
  return address;
}

}  // namespace weir::kafka_broker
