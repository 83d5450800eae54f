#pragma once

#include "engine/web/limits.hpp"

#include <array>
#include <chrono>
#include <string>
#include <string_view>

namespace weir::web {

/// One connection's bytes: request heads come in whole or not at all, each within its deadline;
/// answers go out in one gathered write. It sees each byte before the parser does, so it is where a
/// client's slowness and framing are judged. One thread; the socket is borrowed.
class Wire {
 public:
  enum class Got { head, closed, idle, late, endless_line, too_long, malformed };

  Wire(int socket, const Limits& limits);

  /// Waits for the next head: `idle` at most for its first byte, the limit for the rest. After
  /// anything but `head` the connection is of no further use but for one answer.
  Got read_head(std::chrono::milliseconds idle);

  /// The head that was read, with its empty line; valid until the next read_head().
  std::string_view head() const { return {in_.data(), head_size_}; }

  /// Writes both parts, waiting for the client as long as the limit allows. False: the connection
  /// is lost.
  bool send(std::string_view head, std::string_view body);

  /// Writes what the socket takes at once, and keeps a copy of the rest for flush(): the caller's
  /// bytes are free when it returns, and a slow client never holds up whoever lent them.
  bool send_now(std::string_view head, std::string_view body);
  bool flush();

  /// Ends the sending side and reads what still comes, for a while: closing with unread bytes would
  /// make the kernel send a reset, which can overtake the answer.
  void linger();

 private:
  using Clock = std::chrono::steady_clock;

  enum class Scan { whole, part, malformed };
  Scan scan();
  Got receive_first(std::chrono::milliseconds idle);
  Got receive_more(Clock::time_point deadline);
  bool push(std::string_view& head, std::string_view& body);
  bool wait(short events, Clock::time_point deadline) const;
  Clock::time_point write_deadline(std::size_t bytes) const;

  const int socket_;
  const Limits& limits_;
  std::chrono::milliseconds idle_{-1};  ///< what SO_RCVTIMEO is set to
  std::array<char, longest_head> in_;
  std::size_t end_ = 0;        ///< of what was received
  std::size_t scanned_ = 0;    ///< so far no end of a head
  std::size_t line_ = 0;       ///< start of the line that is not whole yet
  std::size_t head_size_ = 0;  ///< 0 until a head is whole
  std::string unsent_;
};

}  // namespace weir::web
