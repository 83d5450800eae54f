#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "plan.hpp"

namespace weir::pg_sink {

/// Puts documents together from the rows of all tables: the Shredder's way back. One thread.
class Composer {
 public:
  explicit Composer(const Plan& plan) : plan_(&plan), rows_(plan.tables.size()) {}

  /// Writes the document. `rows` are, by table, the texts of its rows (PostgreSQL's
  /// `ROW(...)::text`) in their order; the root has exactly one.
  void compose(std::span<const std::vector<std::string_view>> rows, std::string& out);

 private:
  struct Field {
    bool null = true;
    std::string text{};
  };
  struct TableRows {
    std::size_t count = 0;
    std::vector<Field> fields{};  // used again, so that their memory is
  };

  void read(std::string_view record, std::size_t table, std::size_t row);
  bool write_members(const Node& node, std::size_t table, std::size_t row, std::string& out) const;
  bool write_value(const Node& node, std::size_t table, std::size_t row, std::string& out) const;
  void write_row(const Node& node, std::size_t table, std::size_t row, std::string& out) const;

  const Plan* plan_;
  std::vector<TableRows> rows_;
};

}  // namespace weir::pg_sink
