#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog.hpp"
#include "column.hpp"
#include "document.hpp"
#include "mapping.hpp"

namespace weir::pg_sink {

/// One member that the mapping knows, in the shape of the message.
struct Node {
  enum class Holds {
    members,  ///< an object whose members are columns of the row around it
    column,   ///< a value of the row around it
    row,      ///< an object that is a row of a table of its own
    rows      ///< a list of such objects
  };

  std::string name;
  std::string json_name{};  ///< as it is written before the member's value: "name":
  Holds holds = Holds::members;
  std::size_t place =
      0;  ///< of `column`: the column's index in its table; of `row` and `rows`: the table's index
  std::vector<Node> members{};

  /// The member of that name, or nullptr. `expected` is where it is looked for first, and is moved
  /// behind it: messages of one kind have their members in one order.
  const Node* find(std::string_view name, std::size_t& expected) const;
};

/// One table: its columns in the order in which they are written.
struct TablePlan {
  /// A column filled from a place in the whole message.
  struct Given {
    std::size_t column;
    Pointer place;
  };

  std::string name;  ///< as the user wrote it
  std::string sql_name;
  bool tells_inserted = false;
  bool has_rules = false;
  bool upserts = false;  ///< whether a row that is there already can be changed where it is
  std::vector<Column> columns{};
  std::vector<Given> given{};
  std::size_t key = 0;                   ///< the column that holds the message's key
  std::optional<std::size_t> ordinal{};  ///< the column that holds the element's place in its list
};

/// The mapping, bound to the tables as they are. Immutable, shared by all threads.
struct Plan {
  Pointer key;
  std::string key_pointer;        ///< the same, as a text
  Node document;                  ///< its members are those of the message
  std::vector<TablePlan> tables;  ///< the root table first
  MessageLimits limits{};         ///< of what is taken apart by it

  const TablePlan& root() const { return tables.front(); }

  /// `described` are the mapping's tables, in its order. Throws std::runtime_error that says what
  /// does not fit.
  static Plan make(const Mapping& mapping, const std::vector<Table>& described);
};

}  // namespace weir::pg_sink
