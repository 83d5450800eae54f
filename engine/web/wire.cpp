#include "engine/web/wire.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <algorithm>
#include <cerrno>
#include <cstring>

namespace weir::web {
namespace {

using std::chrono::milliseconds;

bool would_block() { return errno == EAGAIN || errno == EWOULDBLOCK; }

}  // namespace

Wire::Wire(int socket, const Limits& limits, OpenConnections::Place& place)
    : socket_(socket), limits_(limits), place_(place) {}

Wire::Got Wire::read_head() {
  // A client may send several requests at once: what follows the last one is the start of the next.
  std::memmove(in_.data(), in_.data() + taken_, end_ - taken_);
  end_ -= taken_;
  head_size_ = taken_ = scanned_ = line_ = 0;

  if (end_ == 0)
    if (const Got got = receive_first(); got != Got::whole) return got;
  const auto deadline = Clock::now() + limits_.head;
  for (;;) {
    switch (scan()) {
      case Scan::whole:
        taken_ = head_size_;
        return place_.becomes(Standing::busy) ? Got::whole : Got::closed;
      case Scan::malformed:
        return Got::malformed;
      case Scan::part:
        break;
    }
    if (end_ == in_.size()) return line_ == 0 ? Got::endless_line : Got::too_long;
    if (!place_.becomes(Standing::sending)) return Got::closed;
    std::size_t got = 0;
    const Got how = receive_into(in_.data() + end_, in_.size() - end_, got, deadline);
    if (how != Got::whole) return how;
    end_ += got;
  }
}

Wire::Got Wire::read_body(std::size_t bytes) {
  const std::size_t here = std::min(bytes, end_ - head_size_);
  body_.assign(in_.data() + head_size_, here);
  taken_ = head_size_ + here;
  body_.resize(bytes);
  const auto deadline = Clock::now() + limits_.body;
  for (std::size_t have = here; have < bytes;) {
    if (!place_.becomes(Standing::sending)) return Got::closed;
    std::size_t got = 0;
    const Got how = receive_into(body_.data() + have, bytes - have, got, deadline);
    if (how != Got::whole) return how;
    have += got;
  }
  return place_.becomes(Standing::busy) ? Got::whole : Got::closed;
}

/// Looks for the empty line that ends a head. NUL, and a line feed without its carriage return, are
/// refused right here: a client that ends lines its own way would otherwise be waited for until the
/// deadline.
Wire::Scan Wire::scan() {
  if (std::memchr(in_.data() + scanned_, 0, end_ - scanned_)) return Scan::malformed;
  while (const void* found = std::memchr(in_.data() + scanned_, '\n', end_ - scanned_)) {
    const auto feed = static_cast<std::size_t>(static_cast<const char*>(found) - in_.data());
    if (feed == 0 || in_[feed - 1] != '\r') return Scan::malformed;
    const bool empty = feed - 1 == line_;
    scanned_ = line_ = feed + 1;
    if (!empty) continue;
    if (feed > 1) {
      head_size_ = feed + 1;
      return Scan::whole;
    }
    // An empty line before the first one is left over from an old client's body (RFC 9112, 2.2).
    std::memmove(in_.data(), in_.data() + 2, end_ - 2);
    end_ -= 2;
    scanned_ = line_ = 0;
  }
  scanned_ = end_;
  return Scan::part;
}

/// One call for the usual case, a whole head at once: no poll before it.
Wire::Got Wire::receive_first() {
  for (;;) {
    const ssize_t got = ::recv(socket_, in_.data(), in_.size(), MSG_DONTWAIT);
    if (got > 0) {
      end_ = static_cast<std::size_t>(got);
      return Got::whole;
    }
    if (got < 0 && errno == EINTR) continue;
    return got < 0 && would_block() ? Got::nothing : Got::closed;
  }
}

Wire::Got Wire::receive_into(char* place, std::size_t room, std::size_t& got,
                             Clock::time_point deadline) {
  for (;;) {
    if (!wait(POLLIN, deadline)) return Got::late;
    const ssize_t bytes = ::recv(socket_, place, room, MSG_DONTWAIT);
    if (bytes > 0) {
      got = static_cast<std::size_t>(bytes);
      return Got::whole;
    }
    if (bytes == 0 || (errno != EINTR && !would_block())) return Got::closed;
  }
}

bool Wire::send(std::string_view head, std::string_view body) {
  const auto deadline = write_deadline(head.size() + body.size());
  for (;;) {
    if (!push(head, body)) return false;
    if (head.empty() && body.empty()) return true;
    if (!place_.becomes(Standing::reading) || !wait(POLLOUT, deadline)) return false;
  }
}

bool Wire::send_now(std::string_view head, std::string_view body) {
  if (!push(head, body)) return false;
  unsent_.append(head).append(body);
  return true;
}

bool Wire::flush() {
  if (unsent_.empty()) return true;
  const bool sent = send(unsent_, {});
  unsent_ = {};
  return sent;
}

bool Wire::stays(milliseconds time) const { return !wait(POLLRDHUP, Clock::now() + time); }

void Wire::linger(milliseconds time) {
  ::shutdown(socket_, SHUT_WR);
  if (!place_.becomes(Standing::reading)) return;
  const auto deadline = Clock::now() + time;
  while (wait(POLLIN, deadline)) {
    const ssize_t got = ::recv(socket_, in_.data(), in_.size(), MSG_DONTWAIT);
    if (got == 0 || (got < 0 && errno != EINTR && !would_block())) return;
  }
}

/// Hands the kernel what it takes now, and shortens the views by it.
bool Wire::push(std::string_view& head, std::string_view& body) {
  iovec parts[2] = {{const_cast<char*>(head.data()), head.size()},
                    {const_cast<char*>(body.data()), body.size()}};
  msghdr message{};
  message.msg_iov = parts;
  message.msg_iovlen = 2;
  ssize_t sent;
  do sent = ::sendmsg(socket_, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
  while (sent < 0 && errno == EINTR);
  if (sent < 0) return would_block();
  const std::size_t of_head = std::min(static_cast<std::size_t>(sent), head.size());
  head.remove_prefix(of_head);
  body.remove_prefix(static_cast<std::size_t>(sent) - of_head);
  return true;
}

bool Wire::wait(short events, Clock::time_point deadline) const {
  thread_->waits();
  for (;;) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now());
    if (left.count() <= 0) return false;
    pollfd what{.fd = socket_, .events = events, .revents = 0};
    const int ready = ::poll(&what, 1, static_cast<int>(left.count()));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
}

Wire::Clock::time_point Wire::write_deadline(std::size_t bytes) const {
  return Clock::now() + limits_.write + std::chrono::seconds(bytes / (64 * 1024));
}

}  // namespace weir::web
