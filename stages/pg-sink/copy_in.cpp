#include "copy_in.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <charconv>
#include <memory>
#include <string>

#include "database_error.hpp"
#include "libpq_line.hpp"

namespace weir::pg_sink {
namespace {

/// Bytes: the server parses one part while the next is on its way.
constexpr std::size_t part = std::size_t{64} << 10;

using Result = std::unique_ptr<PGresult, decltype(&PQclear)>;

std::size_t rows_taken(PGresult* result) {
  const std::string_view text = PQcmdTuples(result);
  std::size_t rows = 0;
  std::from_chars(text.data(), text.data() + text.size(), rows);
  return rows;
}

}  // namespace

CopyIn::CopyIn(PGconn* line, int cutter, Clock::time_point deadline)
    : line_(line), cutter_(cutter), deadline_(deadline) {
  if (PQsetnonblocking(line_, 1) != 0) lose();
}

CopyIn::~CopyIn() { PQsetnonblocking(line_, 0); }

/// All statements in one text: so the server asks for the next table's rows with its answer to
/// those before.
std::vector<std::size_t> CopyIn::run(std::span<const TableRows> tables) {
  std::string statements;
  for (const TableRows& table : tables) {
    statements += statements.empty() ? "" : "; ";
    statements += table.statement;
  }
  std::vector<std::size_t> counts;
  if (PQsendQuery(line_, statements.c_str()) != 1) lose();
  flush();
  auto table = tables.begin();
  for (Result result(next(), &PQclear); result; result.reset(next())) {
    switch (PQresultStatus(result.get())) {
      case PGRES_COPY_IN:
        send(table->rows);
        ++table;
        break;
      case PGRES_COMMAND_OK:
        counts.push_back(rows_taken(result.get()));
        break;
      default:
        fail(result.get());
    }
  }
  return counts;
}

void CopyIn::send(std::string_view rows) {
  while (!rows.empty()) {
    const std::string_view some = rows.substr(0, part);
    if (PQputCopyData(line_, some.data(), static_cast<int>(some.size())) != 1) lose();
    flush();
    rows.remove_prefix(some.size());
  }
  if (PQputCopyEnd(line_, nullptr) != 1) lose();
  flush();
}

/// The server may have much to say, and nobody shall wait for the other.
void CopyIn::flush() {
  for (;;) {
    const int left = PQflush(line_);
    if (left == 0) return;
    if (left < 0) lose();
    wait(POLLIN | POLLOUT);
    if (PQconsumeInput(line_) != 1) lose();
  }
}

/// The next answer; nullptr behind the last one.
PGresult* CopyIn::next() {
  while (PQisBusy(line_) != 0) {
    wait(POLLIN);
    if (PQconsumeInput(line_) != 1) lose();
  }
  return PQgetResult(line_);
}

void CopyIn::wait(short events) {
  if (wait_for(PQsocket(line_), events, deadline_)) return;
  ::shutdown(cutter_, SHUT_RDWR);
  drain();
  fail_to_answer();
}

/// Of a line that has been cut, so that nothing is waited for.
void CopyIn::drain() noexcept {
  while (PGresult* result = PQgetResult(line_)) {
    const bool stuck = PQresultStatus(result) == PGRES_COPY_IN && PQputCopyEnd(line_, "") < 0;
    PQclear(result);
    if (stuck || PQstatus(line_) == CONNECTION_BAD) return;
  }
}

void CopyIn::fail(const PGresult* result) {
  const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const DatabaseError error(state == nullptr ? "" : state,
                            first_line(PQresultErrorMessage(result)));
  if (state == nullptr) lose();
  while (PGresult* rest = next()) PQclear(rest);
  throw DatabaseError(error);
}

/// The line is of no use any more.
void CopyIn::lose() {
  const std::string why = trimmed(PQerrorMessage(line_));
  ::shutdown(cutter_, SHUT_RDWR);
  drain();
  throw DatabaseError("", "the connection to PostgreSQL is lost: " + why);
}

}  // namespace weir::pg_sink
