#include "cells.hpp"

#include <algorithm>

namespace weir::pg_sink {

Cell Cells::quoted(std::string_view characters) {
  const std::size_t offset = text_.size();
  append_element(text_, characters);
  return {offset, text_.size() - offset};
}

void append_element(std::string& sql, std::string_view characters) {
  sql += '"';
  std::size_t plain = 0;  // start of what needs no escape
  for (std::size_t i = 0; i < characters.size(); ++i) {
    const char c = characters[i];
    if (c != '"' && c != '\\' && c != '\'') continue;
    sql.append(characters, plain, i - plain);
    sql += c == '\'' ? '\'' : '\\';
    plain = i;
  }
  sql.append(characters, plain);
  sql += '"';
}

void append_characters(std::string& sql, std::string_view characters) {
  for (;;) {
    const std::size_t quote = std::min(characters.find('\''), characters.size());
    sql.append(characters, 0, quote);
    if (quote == characters.size()) return;
    sql += "''";
    characters.remove_prefix(quote + 1);
  }
}

void append_literal(std::string& sql, std::string_view characters) {
  sql += '\'';
  append_characters(sql, characters);
  sql += '\'';
}

void append_identifier(std::string& sql, std::string_view name) {
  sql += '"';
  for (const char c : name) {
    if (c == '"') sql += '"';
    sql += c;
  }
  sql += '"';
}

}  // namespace weir::pg_sink
