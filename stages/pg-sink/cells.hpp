#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>

namespace weir::pg_sink {

/// One column's value of one row: a place in Cells, or NULL.
struct Cell {
  static constexpr std::size_t null_size = std::numeric_limits<std::size_t>::max();
  std::size_t offset = 0;
  std::size_t size = null_size;
  bool is_null() const { return size == null_size; }
};

/// The values of a batch's rows, each written once, as the element of a PostgreSQL array inside of
/// a quoted SQL literal.
class Cells {
 public:
  void clear() { text_.clear(); }
  std::size_t size() const { return text_.size(); }
  void cut(std::size_t size) { text_.resize(size); }
  std::string_view operator[](const Cell& cell) const {
    return std::string_view(text_).substr(cell.offset, cell.size);
  }

  /// Any characters but NUL.
  Cell quoted(std::string_view characters);
  /// Digits, signs, letters, points and colons: needs no quotes.
  Cell bare(std::string_view characters);

 private:
  std::string text_;
};

/// Adds `characters` as the inside of an SQL literal '...'; standard_conforming_strings is on in
/// all our sessions.
void append_literal(std::string& sql, std::string_view characters);

/// Adds "name", quotes included.
void append_identifier(std::string& sql, std::string_view name);

}  // namespace weir::pg_sink
