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
  /// How PostgreSQL has written a row: as `ROW(...)::text`, or as a line of COPY without the key.
  enum class Form { record, line };

  explicit Composer(const Plan& plan, Form form = Form::record)
      : plan_(&plan), form_(form), rows_(plan.tables.size()) {}

  /// Writes the document. `rows` are, by table, the texts of its rows in their order; the root has
  /// exactly one. `key` is that of all of them, where it stands in no line.
  void compose(std::span<const std::vector<std::string_view>> rows, std::string& out,
               std::string_view key = {});

 private:
  struct Field {
    bool null = true;
    std::string_view text{};  // in the row's text, or in `unescaped`
    std::string unescaped{};
  };
  struct TableRows {
    std::size_t count = 0;
    std::vector<Field> fields{};  // used again, so that their memory is
  };

  static void read_record(std::string_view record, std::span<Field> fields);
  static void read_line(std::string_view line, std::string_view key, std::size_t place,
                        std::span<Field> fields);
  bool write_members(const Node& node, std::size_t table, std::size_t row, std::string& out) const;
  bool write_value(const Node& node, std::size_t table, std::size_t row, std::string& out) const;
  void write_row(const Node& node, std::size_t table, std::size_t row, std::string& out) const;

  const Plan* plan_;
  Form form_;
  std::vector<TableRows> rows_;
};

}  // namespace weir::pg_sink
