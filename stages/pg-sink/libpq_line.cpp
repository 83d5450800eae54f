#include "libpq_line.hpp"

#include <poll.h>

#include "database_error.hpp"

namespace weir::pg_sink {
namespace {

using std::chrono::milliseconds;

[[noreturn]] void fail_to_connect(const std::string& why) {
  throw DatabaseError("", "cannot connect to PostgreSQL: " + why +
                              "; is the server up, and is the connection string right?");
}

/// PostgreSQL quotes the value that it refuses, which may be as long as the message.
std::string shortened(std::string line) {
  constexpr std::size_t most = 400;
  if (line.size() <= most) return line;
  std::size_t end = most;
  while ((line[end] & 0xC0) == 0x80) --end;  // not within a UTF-8 character
  return line.substr(0, end) + "...";
}

[[noreturn]] void fail_to_connect(const PGconn* line) {
  fail_to_connect(line == nullptr ? "out of memory" : trimmed(PQerrorMessage(line)));
}

}  // namespace

bool wait_for(int socket, short events, Clock::time_point deadline) {
  const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now());
  pollfd watched{socket, events, 0};
  return left.count() > 0 && poll(&watched, 1, static_cast<int>(left.count())) != 0;
}

void fail_to_answer() {
  throw DatabaseError("", "PostgreSQL does not answer in time; is it overloaded or cut off?");
}

std::string first_line(const std::string& text) {
  auto line = text.substr(0, text.find('\n'));
  for (const char* severity : {"ERROR:  ", "FATAL:  ", "PANIC:  "}) {
    if (line.starts_with(severity)) line.erase(0, 8);
  }
  return shortened(std::move(line));
}

std::string trimmed(std::string text) {
  for (char& c : text) {
    if (c == '\n' || c == '\t') c = ' ';
  }
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

LibpqLine connect_line(const std::string& dsn, Clock::time_point deadline) {
  LibpqLine made(PQconnectStart(dsn.c_str()), &PQfinish);
  if (!made || PQstatus(made.get()) == CONNECTION_BAD) fail_to_connect(made.get());
  for (auto wanted = PGRES_POLLING_WRITING; wanted != PGRES_POLLING_OK;
       wanted = PQconnectPoll(made.get())) {
    if (wanted == PGRES_POLLING_FAILED) fail_to_connect(made.get());
    const short events = wanted == PGRES_POLLING_READING ? POLLIN : POLLOUT;
    if (!wait_for(PQsocket(made.get()), events, deadline)) fail_to_connect("it does not answer");
  }
  return made;
}

}  // namespace weir::pg_sink
