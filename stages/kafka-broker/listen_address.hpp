#pragma once

#include <netinet/in.h>

#include <cstdint>
#include <string>

namespace weir::kafka_broker {

/// The IPv4 loopback address of "127.0.0.1:9092" or "localhost:9092". Throws std::runtime_error for
/// anything else: the brokers behind it can be reached over the loopback interface only.
sockaddr_in listen_address(const std::string& text);

/// The loopback address with that port.
sockaddr_in loopback(std::uint16_t port);

}  // namespace weir::kafka_broker
