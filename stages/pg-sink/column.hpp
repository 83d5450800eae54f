#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "document.hpp"
#include "raw_cells.hpp"

namespace weir::pg_sink {

/// A column of a table, by the database's catalog: which JSON values it takes, and how it gives
/// them back.
struct Column {
  enum class Type {
    text,
    integer,
    decimal,
    boolean,
    moment,        ///< timestamptz
    json,          ///< json, jsonb: takes every value; gives back an equal one only by luck
    other_number,  ///< such as double precision: what it takes, and how exactly, is PostgreSQL's to
                   ///< say
    other          ///< such as uuid or date: the same, of strings
  };

  std::string name;
  std::string sql_type;  ///< without length or precision, which would cut values silently where
                         ///< they are bound
  Type type = Type::text;
  bool not_null = false;
  bool has_default = false;
  std::int64_t limit =
      -1;  ///< text: characters; decimal: digits in all; moment: digits of a second. -1: none
  std::int64_t scale = 0;            ///< decimal with a limit: digits behind the point
  std::int64_t least = 0, most = 0;  ///< integer
  bool operator==(const Column&) const = default;
};

enum class Fit {
  exact,  ///< reading gives the value back
  odd,    ///< stored, but the column alone cannot give the value back
  misfit  ///< the column cannot hold it
};

/// Writes a JSON value (never null) as the column's cell; `why` is filled for a misfit.
Fit store(const Column& column, const Document& document, const Value& value, RawCells& cells,
          RawCell& cell, std::string& why);

/// Writes the database's text of a column as JSON.
void write_json(const Column& column, std::string_view text, std::string& out);

}  // namespace weir::pg_sink
