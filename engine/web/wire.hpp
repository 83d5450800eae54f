#pragma once

#include "engine/web/limits.hpp"
#include "engine/web/open_connections.hpp"

#include <array>
#include <chrono>
#include <string>
#include <string_view>

namespace weir::web {

/// A thread that serves a connection, and is told before it waits for the client.
class ServingThread {
 public:
  virtual void waits() = 0;

 protected:
  ~ServingThread() = default;
};

/// One connection's bytes: request heads come in whole or not at all, each within its deadline;
/// answers go out in one gathered write. It sees each byte before the parser does, so it is where a
/// client's slowness and framing are judged. One thread; the socket and the place are borrowed.
class Wire {
 public:
  enum class Got { whole, nothing, closed, late, endless_line, too_long, malformed };

  Wire(int socket, const Limits& limits, OpenConnections::Place& place);

  /// Whose thread it is from now on.
  void served_by(ServingThread& thread) { thread_ = &thread; }

  /// Reads the next head: `nothing` where none of it has come, else it waits for the rest as long
  /// as the limit allows. After anything else the connection is of no further use but for one
  /// answer.
  Got read_head();

  /// Whether something behind the last request has come with it.
  bool has_more() const { return end_ > taken_; }

  /// The head that was read, with its empty line; valid until the next read_head().
  std::string_view head() const { return {in_.data(), head_size_}; }

  /// Reads so many bytes behind the head, in one deadline for all of them: `whole`, `closed` or
  /// `late`.
  Got read_body(std::size_t bytes);
  std::string_view body() const { return body_; }

  /// Writes both parts, waiting for the client as long as the limit allows. False: the connection
  /// is lost.
  bool send(std::string_view head, std::string_view body);

  /// Writes what the socket takes at once, and keeps a copy of the rest for flush(): the caller's
  /// bytes are free when it returns, and a slow client never holds up whoever lent them.
  bool send_now(std::string_view head, std::string_view body);
  bool flush();

  /// Sends some of a body that goes on; false also where the client has been too slow.
  bool send_more(std::string_view text) { return send(text, {}) && place_.becomes(Standing::busy); }
  /// Waits so long, or until the client has gone: then false.
  bool stays(std::chrono::milliseconds time) const;

  /// Ends the sending side and reads what still comes, for a while: closing with unread bytes would
  /// make the kernel send a reset, which can overtake the answer.
  void linger(std::chrono::milliseconds time);

 private:
  using Clock = std::chrono::steady_clock;

  enum class Scan { whole, part, malformed };
  Scan scan();
  Got receive_first();
  Got receive_into(char* place, std::size_t room, std::size_t& got, Clock::time_point deadline);
  bool push(std::string_view& head, std::string_view& body);
  bool wait(short events, Clock::time_point deadline) const;
  Clock::time_point write_deadline(std::size_t bytes) const;

  const int socket_;
  const Limits& limits_;
  OpenConnections::Place& place_;
  ServingThread* thread_ = nullptr;
  std::array<char, longest_head> in_;
  std::size_t end_ = 0;        ///< of what was received
  std::size_t scanned_ = 0;    ///< so far no end of a head
  std::size_t line_ = 0;       ///< start of the line that is not whole yet
  std::size_t head_size_ = 0;  ///< 0 until a head is whole
  std::size_t taken_ = 0;      ///< of what was received, by the head and its body
  std::string body_;
  std::string unsent_;
};

}  // namespace weir::web
