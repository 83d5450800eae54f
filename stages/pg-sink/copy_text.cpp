#include "copy_text.hpp"

#include <array>
#include <charconv>

namespace weir::pg_sink {

void CopyText::add_columns(std::size_t table, std::size_t row, std::string& out) const {
  const std::size_t columns = plan_.tables[table].columns.size();
  const RawCell* cell = &rows_.tables[table][row * columns];
  for (std::size_t column = 0; column < columns; ++column) {
    if (column > 0) out += '\t';
    rows_.cells.append_field(cell[column], out);
  }
}

void CopyText::add_roots(Records records, std::string_view origin, std::string_view moment,
                         std::string& out) const {
  RawCells own;
  const RawCell lane = origin.empty() ? RawCell{} : own.text(origin);
  std::string end = "\t";  // the same for all rows
  own.append_field(lane, end);
  end += '\t';
  end += moment;
  end += '\n';
  for (const auto* record : records) {
    add_columns(0, rows_.rows_of(*record)[0].first, out);
    out += '\t';
    rows_.cells.append_field(record->document, out);
    out += '\t';
    if (origin.empty()) {
      out += "\\N";
    } else {
      std::array<char, 24> digits;
      const auto written =
          std::to_chars(digits.data(), digits.data() + digits.size(), record->position);
      out.append(digits.data(), written.ptr);
    }
    out += end;
  }
}

std::size_t CopyText::add_rows(std::size_t table, Records records, std::string& out) const {
  std::size_t rows = 0;
  for (const auto* record : records) {
    const auto [first, count] = rows_.rows_of(*record)[table];
    for (std::size_t row = first; row < first + count; ++row) {
      add_columns(table, row, out);
      out += '\n';
    }
    rows += count;
  }
  return rows;
}

}  // namespace weir::pg_sink
