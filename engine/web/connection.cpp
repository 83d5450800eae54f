#include "engine/web/connection.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <charconv>
#include <iterator>
#include <string>
#include <string_view>

namespace weir::web {
namespace {

/// How long one that finds no place is heard out: its thread is needed for the next one.
constexpr std::chrono::milliseconds brief{100};

/// How often a stream is asked for more.
constexpr std::chrono::milliseconds glance{100};

/// How long it is looked whether the client of a document is still there, where it has got nothing.
constexpr std::chrono::milliseconds blink{1};

/// So much of a body whose length is not known when it begins (RFC 9112, 7.1).
std::string chunk(std::string_view text) {
  char size[16];
  const auto end = std::to_chars(std::begin(size), std::end(size), text.size(), 16).ptr;
  return std::string(size, end).append("\r\n").append(text).append("\r\n");
}

/// Why a head that has not come whole is refused.
Refusal refusal_of(Wire::Got got) {
  switch (got) {
    case Wire::Got::late:
      return {408, "the request head did not arrive in time; send it at once"};
    case Wire::Got::endless_line:
      return {414, "the first line is longer than 16 KiB; ask for a shorter path"};
    case Wire::Got::too_long:
      return {431, "the request head is longer than 16 KiB; send fewer or shorter fields"};
    case Wire::Got::whole:
    case Wire::Got::closed:
    case Wire::Got::nothing:
    case Wire::Got::malformed:
      break;
  }
  return {400,
          "the request head has a NUL or a line that does not end with CRLF; send HTTP/1.1 as RFC "
          "9112 has it"};
}

}  // namespace

Connection::Connection(const Poco::Net::StreamSocket& socket, Parts& parts)
    : socket_(socket),
      parts_(parts),
      place_(parts.open, this->socket()),
      tally_(parts.counts.tally(place_.number())),
      wire_(this->socket(), parts.limits, place_),
      writer_(wire_, tally_),
      stage_call_(writer_, tally_),
      routes_(parts.routes) {
  const int on = 1;
  ::setsockopt(this->socket(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

bool Connection::serve(ServingThread& by) {
  wire_.served_by(by);
  if (!admitted())
    return refuse({503, "the server has as many clients as it can serve; ask again in a moment"},
                  brief);
  do {
    const auto got = wire_.read_head();
    if (got == Wire::Got::nothing) return true;
    if (got == Wire::Got::closed || !serve_one(got)) return false;
  } while (wire_.has_more());
  return place_.becomes(Standing::idle);
}

/// False: the connection is done with.
bool Connection::serve_one(Wire::Got got) {
  head_only_ = false;
  auto refusal = got == Wire::Got::whole ? receive() : refusal_of(got);
  if (refusal) return refuse(*refusal, parts_.limits.linger);
  const bool closes = head_.closes() || parts_.open.ending();
  writer_.begin(head_only_, closes);
  return answer() && !closes;
}

/// Takes the request whose head has come, or says why not.
std::optional<Refusal> Connection::receive() {
  if (auto refusal = head_.read(wire_.head())) return refusal;
  head_only_ = head_.method() == "HEAD";
  if (auto refusal = parts_.guard.check_host(head_)) return refusal;
  if (auto refusal = target_.read(head_.target())) return refusal;
  action_ = parts_.actions.find(target_);
  if (!action_) return RequestGuard::check_read(head_);
  if (auto refusal = parts_.guard.check_change(head_)) return refusal;
  return receive_body();
}

std::optional<Refusal> Connection::receive_body() {
  if (const auto expected = head_.field("Expect")) {
    if (!same_word(*expected, "100-continue"))
      return Refusal{417, "only the expectation 100-continue can be met here; leave Expect out"};
    wire_.send("HTTP/1.1 100 Continue\r\n\r\n", {});  // where it fails, so does the reading
  }
  if (wire_.read_body(static_cast<std::size_t>(*head_.content_length())) == Wire::Got::whole)
    return std::nullopt;
  return Refusal{408, "the request's body did not arrive in time; send it at once"};
}

bool Connection::answer() {
  if (!action_) {
    if (const Route* route = routes_.table().find(target_))
      return stage_call_.answer(*route, head_, target_);
  }
  const Reply made = reply();
  return made.stream ? stream(made) : writer_.send(made);
}

/// Sends as long as there is something to come and somebody to read it; then the connection ends.
bool Connection::stream(const Reply& reply) try {
  const bool document = reply.stream->is_document(), chunked = document && head_.takes_chunks();
  writer_.begin(head_only_, true);
  if (!writer_.open(reply, chunked) || head_only_) return false;
  bool more = true;
  while (more && !parts_.open.ending()) {
    std::string text;
    more = reply.stream->write(text);
    if (!text.empty() && !wire_.send_more(chunked ? chunk(text) : text)) return false;
    if (!document && !wire_.stays(glance)) return false;
    if (document && text.empty() && !wire_.stays(blink)) return false;
  }
  if (chunked && !more) wire_.send("0\r\n\r\n", {});
  return false;
} catch (...) {
  Counts::Tally::add(tally_.failures);
  return false;
}

/// What the engine itself answers.
Reply Connection::reply() const {
  try {
    return action_ ? (*action_)(target_, wire_.body()) : parts_.site.answer(target_, head_);
  } catch (...) {
    Counts::Tally::add(tally_.failures);
    return problem(
        500,
        "the engine failed to make this answer; ask again, and look at weir_http_failures_total");
  }
}

/// What was refused may be followed by anything: nothing more is read as a request.
bool Connection::refuse(const Refusal& refusal, std::chrono::milliseconds linger) {
  Counts::Tally::add(tally_.refused);
  writer_.begin(head_only_, true);
  if (writer_.send(problem(refusal))) wire_.linger(linger);
  return false;
}

}  // namespace weir::web
