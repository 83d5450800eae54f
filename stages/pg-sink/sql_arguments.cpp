#include "sql_arguments.hpp"

#include "cells.hpp"

namespace weir::pg_sink {
namespace {

/// '{...}' of what `each` adds, which is called with a function to be called before each element.
template <class F>
void add_array(std::string& sql, F&& each) {
  sql += "'{";
  const std::size_t start = sql.size();
  each([&] {
    if (sql.size() > start) sql += ',';
  });
  sql += "}'";
}

}  // namespace

void SqlArguments::add_columns(std::size_t table, Records records, std::string& sql) const {
  const std::size_t columns = plan_.tables[table].columns.size();
  const auto& cells = rows_.tables[table];
  for (std::size_t column = 0; column < columns; ++column) {
    sql += column == 0 ? "(" : ", ";
    add_array(sql, [&](auto next) {
      for (const auto* record : records) {
        const auto [first, count] = rows_.rows_of(*record)[table];
        for (std::size_t row = first; row < first + count; ++row) {
          next();
          rows_.cells.append_element(cells[row * columns + column], sql);
        }
      }
    });
  }
}

std::string SqlArguments::upsert(Records records, std::string_view origin) const {
  std::string sql = "EXECUTE weir_upsert ";
  add_columns(0, records, sql);
  sql += ", ";
  add_array(sql, [&](auto next) {
    for (const auto* record : records) {
      next();
      rows_.cells.append_element(record->document, sql);
    }
  });
  sql += ", ";
  add_array(sql, [&](auto next) {
    for (const auto* record : records) {
      next();
      sql += origin.empty() ? "NULL" : std::to_string(record->position);
    }
  });
  sql += ", ";
  if (origin.empty()) {
    sql += "NULL";
  } else {
    append_literal(sql, origin);
  }
  return sql += ')';
}

std::string SqlArguments::insert(std::size_t table, Records records) const {
  std::string sql = "EXECUTE weir_insert_" + std::to_string(table) + " ";
  add_columns(table, records, sql);
  return sql += ')';
}

std::string SqlArguments::remove(std::size_t table, Records records) const {
  std::string sql = "EXECUTE weir_remove_" + std::to_string(table) + " (";
  add_array(sql, [&](auto next) {
    for (const auto* record : records) {
      next();
      append_element(sql, rows_.key_of(*record));
    }
  });
  return sql += ')';
}

}  // namespace weir::pg_sink
