#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace weir::pg_sink {

/// A place in Cells.
struct Cell {
  std::size_t offset = 0, size = 0;
};

/// Texts, each written once, as the element of a PostgreSQL array inside of a quoted SQL literal.
class Cells {
 public:
  void clear() { text_.clear(); }
  std::string_view operator[](const Cell& cell) const {
    return std::string_view(text_).substr(cell.offset, cell.size);
  }

  /// Any characters but NUL.
  Cell quoted(std::string_view characters);

 private:
  std::string text_;
};

/// Adds any characters but NUL as the element of an array inside of an SQL literal '{...}'.
void append_element(std::string& sql, std::string_view characters);

/// Adds `characters` as they stand inside of an SQL literal '...', without its quotes;
/// standard_conforming_strings is on in all our sessions.
void append_characters(std::string& sql, std::string_view characters);

/// The same with the quotes.
void append_literal(std::string& sql, std::string_view characters);

/// Adds "name", quotes included.
void append_identifier(std::string& sql, std::string_view name);

}  // namespace weir::pg_sink
