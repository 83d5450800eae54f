#include "reader.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <utility>

#include "bulk_read.hpp"
#include "cells.hpp"
#include "database_error.hpp"

namespace weir::pg_sink {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds patience{1'700};       // a web client is told within 2 s
constexpr milliseconds bulk_patience{9'000};  // for each part of a great many
constexpr char begin[] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
constexpr std::size_t few = 1'000;         // documents, which are read within the small patience
constexpr std::size_t part_size = 32'768;  // documents that are in memory at once, about 1 KB each

}  // namespace

/// When an answer must be there: a few documents within the small patience in all, each part of
/// many within the large one.
class Reader::Patience {
 public:
  explicit Patience(std::size_t documents)
      : few_(documents <= few), end_(Clock::now() + patience) {}
  Clock::time_point due() const { return few_ ? end_ : Clock::now() + bulk_patience; }

 private:
  bool few_;
  Clock::time_point end_;
};

Reader::Reader(const Plan& plan, const Statements& statements, Connection::Settings settings,
               std::size_t most_connections)
    : plan_(plan),
      statements_(statements),
      joiner_(plan, statements),
      pool_(std::move(settings), {statements.prepare_find}, most_connections) {}

Answer Reader::find(std::string_view key, Visit visit) {
  if (plan_.root().columns[plan_.root().key].type == Column::Type::integer) {
    std::int64_t value = 0;
    const auto read = std::from_chars(key.data(), key.data() + key.size(), value);
    if (read.ec != std::errc() || read.ptr != key.data() + key.size()) return Answer::absent;
  }
  if (key.find('\0') != std::string_view::npos) return Answer::absent;
  std::string statement = "EXECUTE weir_find (";
  append_literal(statement, key);
  statement += ')';
  try {
    return joiner_.show_one(ask(statement), key, visit);
  } catch (const DatabaseError& error) {
    if (error.cure() != Cure::reject) throw;
    return Answer::absent;  // not UTF-8: no key of any row
  }
}

/// A connection that waited in the pool may have died there: then once more, over a new one.
Rows Reader::ask(const std::string& statement) {
  const auto deadline = Clock::now() + patience;
  for (bool again = true;; again = false) {
    Pool::Lease connection = pool_.borrow(deadline);
    try {
      return connection->run(statement, deadline);
    } catch (const DatabaseError& error) {
      if (error.cure() == Cure::reject) throw;
      connection.spoil();
      if (!again || error.cure() != Cure::wait || Clock::now() >= deadline) throw;
    }
  }
}

Answer Reader::latest(std::size_t limit, Visit visit) {
  if (limit == 0) return Answer::found;
  // PostgreSQL's LIMIT is signed.
  limit = std::min<std::size_t>(limit, std::numeric_limits<std::int64_t>::max());
  const Patience patience_left(limit);
  for (bool again = true;; again = false) {
    Pool::Lease connection = pool_.borrow(Clock::now() + patience);
    std::optional<Pool::Lease> second;
    bool visited = false;
    try {
      // Alone: libpqxx puts a query of its own before several, after which this comes too late.
      connection->run(begin, patience_left.due());
      std::optional<BulkRead> bulk;
      if (limit > part_size) {
        see_the_same(*connection, second);
        bulk = BulkRead::of(*connection, second ? &**second : nullptr, plan_, statements_, limit);
        if (second) (*second)->run("COMMIT", patience_left.due());
        second.reset();
      }
      if (!bulk) show_parts(*connection, limit, patience_left, visited, visit);
      connection->run("COMMIT", patience_left.due());
      if (bulk) bulk->show(visit);  // the server does not wait for it
      return Answer::found;
    } catch (const DatabaseError& error) {
      connection.spoil();
      if (second) second->spoil();
      if (!again || visited || error.cure() != Cure::wait) throw;
    } catch (...) {
      connection.spoil();
      if (second) second->spoil();
      throw;
    }
  }
}

/// Another session in the snapshot of the first one's transaction; nothing where that cannot be.
void Reader::see_the_same(Connection& first, std::optional<Pool::Lease>& second) {
  const auto deadline = Clock::now() + patience / 2;
  try {
    second.emplace(pool_.borrow(deadline));
    const Rows snapshot = first.run("SELECT pg_export_snapshot()", deadline);
    (*second)->run(begin, deadline);
    (*second)->run("SET TRANSACTION SNAPSHOT '" + std::string(snapshot.text(0, 0)) + '\'',
                   deadline);
    (*second)->run("SET LOCAL statement_timeout = 0", deadline);
  } catch (const DatabaseError&) {
    if (second) second->spoil();
    second.reset();
    first.run("ROLLBACK", Clock::now() + patience);
    first.run(begin, Clock::now() + patience);
  }
}

void Reader::show_parts(Connection& connection, std::size_t limit, const Patience& patience_left,
                        bool& visited, Visit visit) const {
  const std::string begin[] = {
      "SET LOCAL statement_timeout = " + std::to_string(bulk_patience.count()),
      "DECLARE weir_newest NO SCROLL CURSOR FOR " + statements_.newest + " LIMIT " +
          std::to_string(limit),
  };
  connection.run(begin, patience_left.due());
  const std::string fetch =
      "FETCH " + std::to_string(std::min(limit, part_size)) + " FROM weir_newest";
  bool more = true;
  while (more) {
    const Rows roots = connection.run(fetch, patience_left.due());
    visited = true;
    more = roots.size() > 0 && joiner_.show(connection, roots, patience_left.due(), visit) &&
           roots.size() == part_size;
  }
}

}  // namespace weir::pg_sink
