#include "reader.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "cells.hpp"
#include "composer.hpp"
#include "database_error.hpp"

namespace weir::pg_sink {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds patience{1'700};       // a web client is told within 2 s
constexpr milliseconds bulk_patience{9'000};  // for each part of a great many
constexpr std::size_t few = 1'000;            // documents, which are read within the small patience
constexpr std::size_t part_size = 32'768;  // documents that are in memory at once, about 1 KB each

std::int64_t integer(std::string_view text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

/// When an answer must be there: a few documents within the small patience in all, each part of
/// many within the large one.
class Patience {
 public:
  explicit Patience(std::size_t documents)
      : few_(documents <= few), end_(Clock::now() + patience) {}
  Clock::time_point due() const { return few_ ? end_ : Clock::now() + bulk_patience; }

 private:
  bool few_;
  Clock::time_point end_;
};

/// Where one table row belongs.
struct Place {
  std::size_t document;  ///< of the part
  std::int64_t ordinal;
  std::string_view fields;
};

bool before(const Place& a, const Place& b) {
  return std::tie(a.document, a.ordinal) < std::tie(b.document, b.ordinal);
}

Entry entry(const Rows& rows, std::size_t root, std::string_view key, std::string_view document) {
  return {key, document, rows.text(root, RowColumns::origin),
          integer(rows.text(root, RowColumns::position)),
          integer(rows.text(root, RowColumns::stored_us))};
}

}  // namespace

Reader::Reader(const Plan& plan, const Statements& statements, Connection::Settings settings,
               std::size_t most_connections)
    : plan_(&plan),
      statements_(&statements),
      pool_(std::move(settings), {statements.prepare_find}, most_connections) {}

Answer Reader::find(std::string_view key, Visit visit) {
  const Column& column = plan_->root().columns[plan_->root().key];
  if (column.type == Column::Type::integer) {
    std::int64_t value = 0;
    const auto read = std::from_chars(key.data(), key.data() + key.size(), value);
    if (read.ec != std::errc() || read.ptr != key.data() + key.size()) return Answer::absent;
  }
  if (key.find('\0') != std::string_view::npos) return Answer::absent;
  std::string statement = "EXECUTE weir_find (";
  append_literal(statement, key);
  statement += ')';
  try {
    return show(ask(statement), key, visit);
  } catch (const DatabaseError& error) {
    if (error.cure() != Cure::reject) throw;
    return Answer::absent;  // not UTF-8: no key of any row
  }
}

Answer Reader::show(const Rows& rows, std::string_view key, Visit visit) const {
  std::optional<std::size_t> root;
  std::vector<std::vector<Place>> places(plan_->tables.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto table = static_cast<std::size_t>(integer(rows.text(i, RowColumns::table)));
    if (table == 0) root = i;
    places[table].push_back(
        {0, integer(rows.text(i, RowColumns::ordinal)), rows.text(i, RowColumns::fields)});
  }
  if (!root) return Answer::absent;
  if (!rows.is_null(*root, RowColumns::document)) {
    visit(entry(rows, *root, key, rows.text(*root, RowColumns::document)));
    return Answer::found;
  }
  std::vector<std::vector<std::string_view>> fields(places.size());
  for (std::size_t table = 0; table < places.size(); ++table) {
    std::ranges::sort(places[table], before);
    for (const Place& place : places[table]) fields[table].push_back(place.fields);
  }
  std::string document;
  Composer(*plan_).compose(fields, document);
  visit(entry(rows, *root, key, document));
  return Answer::found;
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
    bool visited = false;
    try {
      // Alone: libpqxx puts a query of its own before several, after which this comes too late.
      connection->run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", patience_left.due());
      const std::string begin[] = {
          "SET LOCAL statement_timeout = " + std::to_string(bulk_patience.count()),
          "DECLARE weir_newest NO SCROLL CURSOR FOR " + statements_->newest + " LIMIT " +
              std::to_string(limit),
      };
      connection->run(begin, patience_left.due());
      const std::string fetch =
          "FETCH " + std::to_string(std::min(limit, part_size)) + " FROM weir_newest";
      bool more = true;
      while (more) {
        const Rows roots = connection->run(fetch, patience_left.due());
        visited = true;
        more = roots.size() > 0 && visit_part(*connection, roots, patience_left.due(), visit) &&
               roots.size() == part_size;
      }
      connection->run("COMMIT", patience_left.due());
      return Answer::found;
    } catch (const DatabaseError& error) {
      connection.spoil();
      if (!again || visited || error.cure() != Cure::wait) throw;
    } catch (...) {
      connection.spoil();
      throw;
    }
  }
}

std::vector<std::string> Reader::children_of(const Rows& roots) const {
  std::string keys = "'{";
  Cells cells;
  for (std::size_t i = 0; i < roots.size(); ++i) {
    if (!roots.is_null(i, RowColumns::document)) continue;
    cells.clear();
    if (keys.size() > 2) keys += ',';
    keys += cells[cells.quoted(roots.text(i, RowColumns::key))];
  }
  keys += "}')";
  std::vector<std::string> statements;
  for (std::size_t table = 1; table < plan_->tables.size(); ++table)
    statements.push_back(statements_->rows_of[table] + keys);
  return statements;
}

/// Joins the rows of some documents here: the database would need far longer to do it.
bool Reader::visit_part(Connection& connection, const Rows& roots, Clock::time_point deadline,
                        Visit visit) const {
  std::unordered_map<std::string_view, std::size_t> index;
  index.reserve(roots.size());
  for (std::size_t i = 0; i < roots.size(); ++i) index.emplace(roots.text(i, RowColumns::key), i);

  const std::size_t tables = plan_->tables.size();
  std::vector<Rows> children;
  if (tables > 1) children = connection.run(children_of(roots), deadline);
  std::vector<std::vector<Place>> places(tables);
  for (std::size_t table = 1; table < tables; ++table) {
    const Rows& rows = children[table - 1];
    places[table].reserve(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const auto document = index.find(rows.text(i, RowColumns::key));
      if (document == index.end()) continue;
      places[table].push_back({document->second, integer(rows.text(i, RowColumns::ordinal)),
                               rows.text(i, RowColumns::fields)});
    }
    std::ranges::sort(places[table], before);
  }

  Composer composer(*plan_);
  std::string composed;
  std::vector<std::size_t> next(tables, 0);
  std::vector<std::vector<std::string_view>> fields(tables);
  for (std::size_t i = 0; i < roots.size(); ++i) {
    fields[0].assign(1, roots.text(i, RowColumns::fields));
    for (std::size_t table = 1; table < tables; ++table) {
      fields[table].clear();
      for (auto& at = next[table]; at < places[table].size() && places[table][at].document == i;
           ++at) {
        fields[table].push_back(places[table][at].fields);
      }
    }
    std::string_view document = roots.text(i, RowColumns::document);
    if (roots.is_null(i, RowColumns::document)) {
      composed.clear();
      composer.compose(fields, composed);
      document = composed;
    }
    if (!visit(entry(roots, i, roots.text(i, RowColumns::key), document))) return false;
  }
  return true;
}

}  // namespace weir::pg_sink
