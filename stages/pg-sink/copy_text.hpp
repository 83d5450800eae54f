#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "plan.hpp"
#include "shredder.hpp"

namespace weir::pg_sink {

/// Writes rows in COPY's text format, for the statements of Statements::copy.
class CopyText {
 public:
  using Records = std::span<const BatchRows::Record* const>;

  CopyText(const Plan& plan, const BatchRows& rows) : plan_(plan), rows_(rows) {}

  /// The root's rows, one a record. `moment` is when they are stored, as PostgreSQL prints it.
  void add_roots(Records records, std::string_view origin, std::string_view moment,
                 std::string& out) const;
  /// The rows of another table; gives how many there are.
  std::size_t add_rows(std::size_t table, Records records, std::string& out) const;

 private:
  void add_columns(std::size_t table, std::size_t row, std::string& out) const;

  const Plan& plan_;
  const BatchRows& rows_;
};

}  // namespace weir::pg_sink
