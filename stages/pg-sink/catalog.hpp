#pragma once

#include <string>
#include <vector>

#include "column.hpp"
#include "connection.hpp"

namespace weir::pg_sink {

/// A table as the database describes it.
struct Table {
  std::string sql_name;  ///< quoted, with its schema where the mapping names one
  bool tells_inserted =
      false;  ///< whether an upsert can say "inserted" of a row: not of a partitioned table's
  bool has_rules = false;       ///< of PostgreSQL's rule system, which COPY passes by
  std::vector<Column> columns;  ///< those that can be written
  /// Each: the columns, sorted by name, of an index whose entries are unique at any moment.
  std::vector<std::vector<std::string>> unique_keys;
  bool operator==(const Table&) const = default;

  const Column* find(std::string_view name) const;
  /// Whether an upsert may name these columns as what it conflicts on.
  bool unique(std::vector<std::string> names) const;
};

/// Reads the description of the table `name`, and whether this user may do with it what the stage
/// does (`root`: the root table, whose rows are never deleted). Throws DatabaseError, or
/// std::runtime_error that says what to do.
Table describe(Connection& connection, const std::string& name, bool root,
               Clock::time_point deadline);

}  // namespace weir::pg_sink
