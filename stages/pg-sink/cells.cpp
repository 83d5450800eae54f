#include "cells.hpp"

namespace weir::pg_sink {

Cell Cells::quoted(std::string_view characters) {
  const std::size_t offset = text_.size();
  text_ += '"';
  std::size_t plain = 0;  // start of what needs no escape
  for (std::size_t i = 0; i < characters.size(); ++i) {
    const char c = characters[i];
    if (c != '"' && c != '\\' && c != '\'') continue;
    text_.append(characters, plain, i - plain);
    text_ += c == '\'' ? '\'' : '\\';
    plain = i;
  }
  text_.append(characters, plain);
  text_ += '"';
  return {offset, text_.size() - offset};
}

Cell Cells::bare(std::string_view characters) {
  const std::size_t offset = text_.size();
  text_ += characters;
  return {offset, characters.size()};
}

void append_literal(std::string& sql, std::string_view characters) {
  sql += '\'';
  for (const char c : characters) {
    if (c == '\'') sql += '\'';
    sql += c;
  }
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
