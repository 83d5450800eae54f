#include "raw_cells.hpp"

#include <array>
#include <charconv>

#include "cells.hpp"

namespace weir::pg_sink {
namespace {

/// What stands behind the backslash in COPY's text format; '\0' for all that stands for itself.
constexpr std::array<char, 256> escapes = [] {
  std::array<char, 256> table{};
  table['\\'] = '\\';
  table['\n'] = 'n';
  table['\r'] = 'r';
  table['\t'] = 't';
  return table;
}();

void append_escaped(std::string_view characters, std::string& rows) {
  std::size_t plain = 0;  // start of what needs no escape
  for (std::size_t i = 0; i < characters.size(); ++i) {
    const char letter = escapes[static_cast<unsigned char>(characters[i])];
    if (letter == '\0') continue;
    rows.append(characters, plain, i - plain);
    rows += '\\';
    rows += letter;
    plain = i + 1;
  }
  rows.append(characters, plain);
}

}  // namespace

void RawCells::clear() {
  // One huge message shall not hold its memory for ever.
  constexpr std::size_t kept = std::size_t{8} << 20;
  if (text_.capacity() > kept) text_ = {};
  text_.clear();
}

RawCell RawCells::bare(std::int64_t number) {
  std::array<char, 24> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  return bare({digits.data(), end});
}

void RawCells::append_element(const RawCell& cell, std::string& sql) const {
  switch (cell.form()) {
    case RawCell::Form::null:
      sql += "NULL";
      return;
    case RawCell::Form::bare:
      sql += (*this)[cell];
      return;
    case RawCell::Form::plain:
      sql += '"';
      append_characters(sql, (*this)[cell]);
      sql += '"';
      return;
    case RawCell::Form::text:
      pg_sink::append_element(sql, (*this)[cell]);
      return;
  }
}

void RawCells::append_field(const RawCell& cell, std::string& rows) const {
  switch (cell.form()) {
    case RawCell::Form::null:
      rows += "\\N";
      return;
    case RawCell::Form::bare:
    case RawCell::Form::plain:
      rows += (*this)[cell];
      return;
    case RawCell::Form::text:
      append_escaped((*this)[cell], rows);
      return;
  }
}

}  // namespace weir::pg_sink
