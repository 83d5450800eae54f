#include "sql_arguments.hpp"

namespace weir::pg_sink {
namespace {

/// '{...}' of what `each` adds, which is called with a function that takes one element.
template <class F>
void add_array(std::string& sql, F&& each) {
  sql += "'{";
  const std::size_t start = sql.size();
  each([&](std::string_view element) {
    if (sql.size() > start) sql += ',';
    sql += element;
  });
  sql += "}'";
}

std::string_view element(const Cells& cells, const Cell& cell) {
  return cell.is_null() ? "NULL" : cells[cell];
}

}  // namespace

void SqlArguments::add_columns(std::size_t table, Records records, std::string& sql) const {
  const std::size_t columns = plan_.tables[table].columns.size();
  const auto& cells = rows_.tables[table];
  for (std::size_t column = 0; column < columns; ++column) {
    sql += column == 0 ? "(" : ", ";
    add_array(sql, [&](auto add) {
      for (const auto* record : records) {
        const auto [first, count] = record->rows[table];
        for (std::size_t row = first; row < first + count; ++row)
          add(element(rows_.cells, cells[row * columns + column]));
      }
    });
  }
}

std::string SqlArguments::upsert(Records records, std::string_view origin) const {
  std::string sql = "EXECUTE weir_upsert ";
  add_columns(0, records, sql);
  sql += ", ";
  add_array(sql, [&](auto add) {
    for (const auto* record : records) add(element(rows_.cells, record->document));
  });
  sql += ", ";
  add_array(sql, [&](auto add) {
    for (const auto* record : records)
      add(origin.empty() ? "NULL" : std::to_string(record->position));
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
  add_array(sql, [&](auto add) {
    Cells cells;
    for (const auto* record : records) {
      cells.clear();
      add(cells[cells.quoted(record->key)]);
    }
  });
  return sql += ')';
}

}  // namespace weir::pg_sink
