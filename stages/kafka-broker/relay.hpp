#pragma once

#include <poll.h>

#include <array>
#include <cstddef>

#include "descriptor.hpp"

namespace weir::kafka_broker {

/// One forwarded connection: bytes from a client to a broker and back, in bounded buffers. Used by
/// one thread.
class Relay {
 public:
  Relay(Descriptor client, Descriptor broker);

  /// What to wait for: the client's socket, then the broker's.
  std::array<pollfd, 2> wanted() const;
  /// Moves what can be moved without waiting. False: the connection is over.
  bool serve(const pollfd& client, const pollfd& broker);

 private:
  /// One direction.
  struct Flow {
    std::array<char, 64 * 1024> bytes{};
    std::size_t begin = 0;
    std::size_t end = 0;
    bool empty() const { return begin == end; }
  };

  static bool fill(Flow& flow, const Descriptor& from);
  static bool drain(Flow& flow, const Descriptor& to);

  Descriptor client_, broker_;
  Flow upstream_, downstream_;
};

}  // namespace weir::kafka_broker
