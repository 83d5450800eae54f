#include "database_error.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace weir::pg_sink {

Cure cure_of(std::string_view sqlstate) {
  if (sqlstate.empty()) return Cure::wait;
  static constexpr std::array<std::string_view, 13> waits{
      "08",     // connection
      "53",     // resources: disk full, too many connections
      "57",     // operator: shutdown, cancelled, starting up
      "58",     // system, such as I/O
      "40",     // serialisation, deadlock
      "28",     // password: may be mended while we run
      "3D",     // no such database: may come back
      "25006",  // read-only: a standby that is being promoted
      "25P03",  // idle in transaction for too long: we were stopped for a while
      "25P04",  // transaction for too long
      "55P03",  // lock not available
      "55006",  // object in use
      "72000"   // snapshot too old
  };
  static constexpr std::array<std::string_view, 5> rejects{
      "22",     // data: out of range, wrong syntax
      "23",     // constraint
      "21000",  // cardinality
      "54000",  // too large, such as a key for its index
      "P0001"   // raised by a trigger
  };
  const auto starts = [&](std::string_view prefix) { return sqlstate.starts_with(prefix); };
  if (std::ranges::any_of(waits, starts)) return Cure::wait;
  if (std::ranges::any_of(rejects, starts)) return Cure::reject;
  return Cure::stop;
}

DatabaseError::DatabaseError(std::string sqlstate, const std::string& text)
    : std::runtime_error(sqlstate.empty() ? text : text + " (SQLSTATE " + sqlstate + ")"),
      sqlstate_(std::move(sqlstate)) {}

}  // namespace weir::pg_sink
