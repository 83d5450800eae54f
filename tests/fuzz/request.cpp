// What a client sends, through the wire, the head's reader, the guard, the target and its query: a
// head that is accepted has one meaning only, and is read the same when it is written anew from its
// parts.
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "engine/runtime/traced.hpp"
#include "engine/web/letter_filter.hpp"
#include "engine/web/moment.hpp"
#include "engine/web/open_connections.hpp"
#include "engine/web/query.hpp"
#include "engine/web/request_guard.hpp"
#include "engine/web/request_head.hpp"
#include "engine/web/route_table.hpp"
#include "engine/web/target.hpp"
#include "engine/web/utf8.hpp"
#include "engine/web/wire.hpp"
#include "expect.hpp"

using namespace weir::web;
using weir::fuzz::expect;

namespace {

void check_refusal(const Refusal& refusal) {
  expect(refusal.status >= 400 && refusal.status < 600, "a refusal has a status");
  expect(!refusal.detail.empty(), "a refusal says why");
}

std::string written_anew(const RequestHead& head, std::string_view version) {
  std::string text(head.method());
  text.append(" ").append(head.target()).append(" ").append(version).append("\r\n");
  for (const Field& field : head.fields()) {
    const bool host = same_word(field.name, "Host");
    text.append(field.name).append(": ").append(host ? head.host() : field.value).append("\r\n");
  }
  return text + "\r\n";
}

bool same(const RequestHead& one, const RequestHead& other) {
  return one.method() == other.method() && one.target() == other.target() &&
         one.host() == other.host() && one.has_body() == other.has_body() &&
         one.closes() == other.closes() &&
         std::equal(one.fields().begin(), one.fields().end(), other.fields().begin(),
                    other.fields().end(), [](const Field& a, const Field& b) {
                      return a.name == b.name && (a.value == b.value || same_word(a.name, "Host"));
                    });
}

void check_letters(const Query& query) {
  weir::LetterFilter filter;
  const auto fault = read_letter_filter([&](const char* name) { return query.find(name); }, filter);
  expect(!fault || !fault->empty(), "a fault says what is wrong");
  constexpr weir::Scheduler::Wall year_10000{std::chrono::seconds(253'402'300'800)};
  if (filter.from && *filter.from >= weir::Scheduler::Wall{} && *filter.from < year_10000)
    expect(read_rfc3339(rfc3339(*filter.from)) == filter.from, "a moment is read as it is written");
  if (const auto place = read_place(query.find("after").value_or("")))
    expect(*place != 0 && read_place(std::to_string(*place)) == place, "a place is a number");
}

void check_query(std::string_view text) {
  Query query, again;
  if (const auto refusal = query.read(text)) return check_refusal(*refusal);
  check_letters(query);
  for (const char* name : {"key", "message", "filter"}) {
    const auto value = query.find(name);
    if (!value) continue;
    expect(!again.read(std::string(name) + "=" + escaped(*value)) && again.find(name) == value,
           "a value is read the same when it is escaped anew");
    if (const auto place = weir::TraceQuery::message(*value))
      expect(place->position >= 0 && place->is_origin(place->origin), "a place names its origin");
  }
}

void check_target(std::string_view text) {
  Target target;
  if (const auto refusal = target.read(text)) return check_refusal(*refusal);
  expect(target.path().find('\0') == std::string_view::npos, "a path has no NUL");
  expect(is_utf8(target.path()), "a path is UTF-8");
  expect(target.size() > 0, "a path has a segment");
  std::string joined;
  for (std::size_t i = 0; i < target.size(); ++i) joined.append("/").append(target.segment(i));
  expect(joined == target.path(), "the segments are the path");
  check_query(target.query().value_or(""));
}

void check_head(std::string_view bytes) {
  RequestHead head, again;
  if (const auto refusal = head.read(bytes)) return check_refusal(*refusal);
  const std::string_view first_line = bytes.substr(0, bytes.find("\r\n"));
  const std::string anew = written_anew(head, first_line.substr(first_line.rfind(' ') + 1));
  expect(!again.read(anew) && same(head, again), "a head is read the same when it is written anew");
  for (const bool loopback : {true, false}) {
    const RequestGuard guard({.loopback = loopback,
                              .bound_to = "127.0.0.1",
                              .hosts = {"orders.example"},
                              .token = "secret"});
    for (const auto& refusal :
         {guard.check_host(head), RequestGuard::check_read(head), guard.check_change(head)}) {
      if (refusal) check_refusal(*refusal);
    }
  }
  check_target(head.target());
}

struct Unhurried : ServingThread {
  void waits() override {}
};

/// All bytes are there at once, and the client has hung up: nothing is waited for.
void check_wire(const std::uint8_t* data, std::size_t size) {
  int ends[2];
  expect(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0, "a pair of sockets");
  expect(::send(ends[1], data, size, MSG_DONTWAIT | MSG_NOSIGNAL) == static_cast<ssize_t>(size),
         "the socket takes the input");
  ::close(ends[1]);
  const Limits limits;
  OpenConnections open(limits);
  OpenConnections::Place place(open, ends[0]);
  Wire wire(ends[0], limits, place);
  Unhurried thread;
  wire.served_by(thread);
  std::size_t heads = 0;
  while (wire.read_head() == Wire::Got::whole) {
    const std::string_view head = wire.head();
    expect(head.ends_with("\r\n\r\n"), "a head ends with an empty line");
    expect(head.find("\r\n\r\n") == head.size() - 4, "a head is one head");
    expect(head.find('\0') == std::string_view::npos, "a head has no NUL");
    for (std::size_t at = head.find('\n'); at != std::string_view::npos;
         at = head.find('\n', at + 1))
      expect(at > 0 && head[at - 1] == '\r', "a line feed has its carriage return");
    check_head(head);
    expect(++heads <= size / 4, "each head takes bytes");
  }
  ::close(ends[0]);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check_wire(data, size);
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  check_head(bytes);
  // The target's reader is told of nothing but visible ASCII that starts with a slash.
  std::string path = "/";
  for (const char c : bytes)
    if (c > ' ' && c < 0x7F) path += c;
  check_target(path);
  return 0;
}
