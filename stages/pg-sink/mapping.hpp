#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pointer.hpp"

namespace weir::pg_sink {

/// A column, and the place in the message that fills it.
struct Binding {
  std::string column;
  Pointer place;
  bool operator==(const Binding&) const = default;
};

/// Which part of a message becomes the rows of one table.
struct TableMapping {
  enum class Rows {
    root,     ///< the message itself: one row
    object,   ///< the object at `place`: one row, or none
    elements  ///< the objects of the list at `place`: a row each
  };

  std::string table;
  Rows rows = Rows::root;
  Pointer place{};
  std::vector<Binding> with{};     ///< places in the whole message
  std::vector<Binding> columns{};  ///< places in the row's own object, for columns that are not
                                   ///< named like their member
  std::optional<std::string>
      ordinal{};  ///< the column that keeps an element's place in its list, from 0
  bool operator==(const TableMapping&) const = default;
};

/// The stage's mapping as its user wrote it: what it says, before the database was asked.
struct Mapping {
  Pointer key;
  std::vector<TableMapping> tables;  ///< the root table first
  bool operator==(const Mapping&) const = default;

  /// Reads the members `key` and `tables` of the stage's configuration. Throws std::runtime_error
  /// with what to correct.
  static Mapping read(std::string_view config);
};

}  // namespace weir::pg_sink
