#include "sql_arguments.hpp"

#include <algorithm>

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

std::string SqlArguments::add(Records records, std::string_view origin) const {
  return roots_into("add", records, origin);
}

std::string SqlArguments::upsert(Records records, std::string_view origin) const {
  return roots_into("upsert", records, origin);
}

std::string SqlArguments::replay(Records records, std::string_view origin) const {
  return roots_into("replay", records, origin);
}

std::string SqlArguments::roots_into(const char* statement, Records records,
                                     std::string_view origin) const {
  std::string sql = std::string("EXECUTE weir_") + statement + " ";
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

std::vector<std::string> SqlArguments::below(Records fresh, Records replaced) const {
  std::vector<const BatchRows::Record*> all(fresh.begin(), fresh.end());
  all.insert(all.end(), replaced.begin(), replaced.end());
  std::vector<std::string> statements;
  const std::size_t tables = plan_.tables.size();
  // Inner tables first, which may refer to those around them.
  for (std::size_t table = tables - 1; table > 0 && !replaced.empty(); --table) {
    const TablePlan& plan = plan_.tables[table];
    if (plan.upserts && plan.ordinal) {
      statements.push_back(trim(table, replaced));
      continue;
    }
    std::vector<const BatchRows::Record*> gone;
    for (const auto* record : replaced) {
      if (!plan.upserts || rows_in(table, *record) == 0) gone.push_back(record);
    }
    if (!gone.empty()) statements.push_back(remove(table, gone));
  }
  for (std::size_t table = 1; table < tables; ++table) {
    const bool change = plan_.tables[table].upserts && !replaced.empty();
    const bool any =
        std::ranges::any_of(all, [&](const auto* record) { return rows_in(table, *record) > 0; });
    if (any) statements.push_back(rows_into(change ? "change" : "insert", table, all));
  }
  return statements;
}

std::size_t SqlArguments::rows_in(std::size_t table, const BatchRows::Record& record) const {
  return rows_.rows_of(record)[table].count;
}

std::string SqlArguments::rows_into(const char* statement, std::size_t table,
                                    Records records) const {
  std::string sql = "EXECUTE weir_" + (statement + ('_' + std::to_string(table))) + " ";
  add_columns(table, records, sql);
  return sql += ')';
}

std::string SqlArguments::remove(std::size_t table, Records records) const {
  std::string sql = "EXECUTE weir_remove_" + std::to_string(table) + " (";
  add_keys(records, sql);
  return sql += ')';
}

std::string SqlArguments::trim(std::size_t table, Records records) const {
  std::string sql = "EXECUTE weir_trim_" + std::to_string(table) + " (";
  add_keys(records, sql);
  sql += ", ";
  add_array(sql, [&](auto next) {
    for (const auto* record : records) {
      next();
      sql += std::to_string(rows_in(table, *record));
    }
  });
  return sql += ')';
}

void SqlArguments::add_keys(Records records, std::string& sql) const {
  add_array(sql, [&](auto next) {
    for (const auto* record : records) {
      next();
      append_element(sql, rows_.key_of(*record));
    }
  });
}

}  // namespace weir::pg_sink
