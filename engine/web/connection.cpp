#include "engine/web/connection.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace weir::web {
namespace {

int descriptor(const Poco::Net::StreamSocket& socket) { return socket.impl()->sockfd(); }

}  // namespace

Connection::Connection(const Poco::Net::StreamSocket& socket, Parts& parts)
    : TCPServerConnection(socket),
      parts_(parts),
      place_(parts.open, descriptor(socket)),
      tally_(parts.counts.tally(place_.number())),
      wire_(descriptor(socket), parts.limits),
      writer_(wire_, tally_),
      stage_call_(writer_, tally_),
      routes_(parts.routes) {
  const int on = 1;
  ::setsockopt(descriptor(socket), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

void Connection::run() {
  while (serve_one()) {
  }
}

/// False: the connection is done with.
bool Connection::serve_one() {
  head_only_ = false;
  switch (wire_.read_head(patience())) {
    case Wire::Got::head:
      break;
    case Wire::Got::closed:
    case Wire::Got::idle:
      return false;
    case Wire::Got::late:
      return refuse({408, "the request head did not arrive in time; send it at once"});
    case Wire::Got::endless_line:
      return refuse({414, "the first line is longer than 16 KiB; ask for a shorter path"});
    case Wire::Got::too_long:
      return refuse({431, "the request head is longer than 16 KiB; send fewer or shorter fields"});
    case Wire::Got::malformed:
      return refuse({400,
                     "the request head has a NUL or a line that does not end with CRLF; send "
                     "HTTP/1.1 as RFC 9112 has it"});
  }
  if (auto refusal = head_.read(wire_.head())) return refuse(*refusal);
  head_only_ = head_.method() == "HEAD";
  if (auto refusal = parts_.guard.check(head_)) return refuse(*refusal);
  if (auto refusal = target_.read(head_.target())) return refuse(*refusal);
  const bool closes = head_.closes() || parts_.open.ending();
  writer_.begin(head_only_, closes);
  return answer() && !closes;
}

bool Connection::answer() {
  if (const Route* route = routes_.table().find(target_))
    return stage_call_.answer(*route, head_, target_);
  return writer_.send(site_reply());
}

Reply Connection::site_reply() {
  try {
    return parts_.site.answer(target_, head_);
  } catch (...) {
    Counts::Tally::add(tally_.failures);
    return problem(
        500,
        "the engine failed to make this answer; ask again, and look at weir_http_failures_total");
  }
}

/// What was refused may be followed by anything: nothing more is read as a request.
bool Connection::refuse(const Refusal& refusal) {
  Counts::Tally::add(tally_.refused);
  writer_.begin(head_only_, true);
  if (writer_.send(problem(refusal))) wire_.linger();
  return false;
}

/// While most threads are taken, idle clients make room for new ones sooner.
std::chrono::milliseconds Connection::patience() const {
  const bool crowded = parts_.open.size() * 4 > static_cast<std::size_t>(parts_.limits.threads) * 3;
  return crowded ? parts_.limits.crowded_idle : parts_.limits.idle;
}

}  // namespace weir::web
