#include "copy_out.hpp"

#include <poll.h>

#include <memory>

#include "database_error.hpp"
#include "libpq_line.hpp"

namespace weir::pg_sink {
namespace {

using std::chrono::milliseconds;

[[noreturn]] void fail(const PGresult* result, const PGconn* line) {
  const char* state = result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_SQLSTATE);
  if (state == nullptr) {
    throw DatabaseError("",
                        "the connection to PostgreSQL is lost: " + trimmed(PQerrorMessage(line)));
  }
  throw DatabaseError(state, first_line(PQresultErrorMessage(result)));
}

void take_input(PGconn* line, milliseconds patience) {
  if (!wait_for(PQsocket(line), POLLIN, Clock::now() + patience)) fail_to_answer();
  if (PQconsumeInput(line) != 1) fail(nullptr, line);
}

using Result = std::unique_ptr<PGresult, decltype(&PQclear)>;

Result next(PGconn* line, milliseconds patience) {
  while (PQisBusy(line) != 0) take_input(line, patience);
  return {PQgetResult(line), &PQclear};
}

}  // namespace

void copy_out(PGconn* line, const std::string& statement, milliseconds patience,
              const std::function<void(std::string_view)>& visit) {
  if (PQsendQuery(line, statement.c_str()) != 1) fail(nullptr, line);
  const Result begun = next(line, patience);
  if (PQresultStatus(begun.get()) != PGRES_COPY_OUT) fail(begun.get(), line);
  for (char* row = nullptr;;) {
    const int size = PQgetCopyData(line, &row, 1);
    if (size < 0) break;  // the end, or a failure: the next result says which
    if (size == 0) {
      take_input(line, patience);
      continue;
    }
    const std::unique_ptr<char, decltype(&PQfreemem)> freed(row, &PQfreemem);
    visit({row, static_cast<std::size_t>(size) - 1});  // without the line feed
  }
  const Result ended = next(line, patience);
  if (PQresultStatus(ended.get()) != PGRES_COMMAND_OK) fail(ended.get(), line);
  while (next(line, patience)) continue;
}

}  // namespace weir::pg_sink
