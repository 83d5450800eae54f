#include "statements.hpp"

#include "cells.hpp"

namespace weir::pg_sink {
namespace {

std::string identifier(std::string_view name) {
  std::string sql;
  append_identifier(sql, name);
  return sql;
}

std::string column_list(const TablePlan& table) {
  std::string sql;
  for (const Column& column : table.columns)
    sql += (sql.empty() ? "" : ", ") + identifier(column.name);
  return sql;
}

/// Types that PostgreSQL would not assign from text are cast to; the others are assigned, which
/// checks lengths.
bool bound_as_text(const Column& column) {
  return column.type == Column::Type::json || column.type == Column::Type::other ||
         column.type == Column::Type::other_number;
}

std::string array_types(const TablePlan& table) {
  std::string sql;
  for (const Column& column : table.columns) {
    sql += (sql.empty() ? "" : ", ") + (bound_as_text(column) ? "text" : column.sql_type) + "[]";
  }
  return sql;
}

/// c0, c1, ... are the unnested arrays.
std::string selected(const TablePlan& table) {
  std::string sql;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (i > 0) sql += ", ";
    sql += "u.c" + std::to_string(i);
    if (bound_as_text(table.columns[i])) sql += "::" + table.columns[i].sql_type;
  }
  return sql;
}

/// unnest($1, $2, ...) AS u(c0, c1, ...), with `more` arrays behind those of the columns.
std::string unnested(const TablePlan& table, std::size_t more = 0) {
  std::string parameters, names;
  for (std::size_t i = 0; i < table.columns.size() + more; ++i) {
    parameters += (i > 0 ? ", $" : "$") + std::to_string(i + 1);
    names += (i > 0 ? ", c" : "c") + std::to_string(i);
  }
  return "unnest(" + parameters + ") AS u(" + names + ")";
}

/// An older message of the same origin never overwrites a newer one; the same one, sent again, may.
constexpr char older_gives_way[] =
    "r.weir_origin IS DISTINCT FROM excluded.weir_origin OR r.weir_position IS NULL OR "
    "r.weir_position <= excluded.weir_position";

/// Of two origins nobody knows which is newer, and what is replayed is old.
constexpr char older_of_its_origin_gives_way[] =
    "r.weir_origin = excluded.weir_origin AND r.weir_position < excluded.weir_position";

/// Prepares `name`, which adds the root's rows.
std::string add(const TablePlan& root, const char* name) {
  const std::size_t count = root.columns.size();
  const auto parameter = [&](std::size_t behind) { return std::to_string(count + behind); };
  return std::string("PREPARE ") + name + " (" + array_types(root) +
         ", text[], bigint[], text) AS INSERT INTO " + root.sql_name + " AS r (" +
         column_list(root) + ", document, weir_position, weir_origin, weir_stored_at) SELECT " +
         selected(root) + ", u.c" + parameter(0) + ", u.c" + parameter(1) + ", $" + parameter(3) +
         ", now() FROM " + unnested(root, 2);
}

std::string add(const TablePlan& root) {
  return add(root, "weir_add") + " RETURNING " + identifier(root.columns[root.key].name);
}

/// `name` is the statement's, `guard` says which row that is there gives way.
std::string upsert(const TablePlan& root, const char* name, const char* guard) {
  const std::string key = identifier(root.columns[root.key].name);
  std::string sets;
  for (const Column& column : root.columns) {
    const std::string name = identifier(column.name);
    if (name != key) sets += name + " = excluded." + name + ", ";
  }
  return add(root, name) + " ON CONFLICT (" + key + ") DO UPDATE SET " + sets +
         "document = excluded.document, weir_position = excluded.weir_position, weir_origin = "
         "excluded.weir_origin, "
         "weir_stored_at = excluded.weir_stored_at "
         "WHERE " +
         guard +
         // A row that an upsert has updated carries its lock in xmax; an inserted one carries
         // nothing.
         " RETURNING " + key + ", " + (root.tells_inserted ? "xmax = 0" : "false");
}

std::string insert(const TablePlan& table, const std::string& number) {
  return "PREPARE weir_insert_" + number + " (" + array_types(table) + ") AS INSERT INTO " +
         table.sql_name + " (" + column_list(table) + ") SELECT " + selected(table) + " FROM " +
         unnested(table);
}

/// Rows that are there already are changed where they are, and left alone where nothing differs:
/// compared byte by byte, as 1.0 and 1.00 are equal, and not the same.
std::string change(const TablePlan& table, const std::string& number) {
  std::string sets, kept, next;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const std::string name = identifier(table.columns[i].name);
    if (i != table.key && i != table.ordinal)
      sets += (sets.empty() ? "" : ", ") + name + " = excluded." + name;
    kept += (i > 0 ? ", r." : "r.") + name;
    next += (i > 0 ? ", excluded." : "excluded.") + name;
  }
  std::string key = identifier(table.columns[table.key].name);
  if (table.ordinal) key += ", " + identifier(table.columns[*table.ordinal].name);
  return "PREPARE weir_change_" + number + " (" + array_types(table) + ") AS INSERT INTO " +
         table.sql_name + " AS r (" + column_list(table) + ") SELECT " + selected(table) +
         " FROM " + unnested(table) + " ON CONFLICT (" + key + ") DO " +
         (sets.empty() ? "NOTHING"
                       : "UPDATE SET " + sets + " WHERE ROW(" + kept + ")::record *<> ROW(" + next +
                             ")::record");
}

std::string copy_in(const TablePlan& table, const char* own_columns) {
  return "COPY " + table.sql_name + " (" + column_list(table) + own_columns + ") FROM STDIN";
}

std::string key_array_type(const TablePlan& table) {
  return table.columns[table.key].sql_type + "[]";
}

std::string remove(const TablePlan& table, const std::string& number) {
  return "PREPARE weir_remove_" + number + " (" + key_array_type(table) + ") AS DELETE FROM " +
         table.sql_name + " WHERE " + identifier(table.columns[table.key].name) + " = ANY ($1)";
}

std::string trim(const TablePlan& table, const std::string& number) {
  return "PREPARE weir_trim_" + number + " (" + key_array_type(table) +
         ", bigint[]) AS DELETE FROM " + table.sql_name + " AS r USING unnest($1, $2) AS u(k, n) " +
         "WHERE r." + identifier(table.columns[table.key].name) + " = u.k AND (r." +
         identifier(table.columns[*table.ordinal].name) + " BETWEEN 0 AND u.n - 1) IS NOT TRUE";
}

std::string ordinal_of(const TablePlan& table) {
  return table.ordinal ? identifier(table.columns[*table.ordinal].name) + "::bigint" : "0::bigint";
}

/// table, key, ordinal, fields: the columns in one text, because one field a row is read much
/// faster than thirty.
std::string select_row(const TablePlan& table, std::size_t index) {
  return "SELECT " + std::to_string(index) + ", " + identifier(table.columns[table.key].name) +
         "::text, " + ordinal_of(table) + ", ROW(" + column_list(table) + ")::text";
}

/// All but the key, each behind a comma.
std::string other_columns(const TablePlan& table) {
  std::string sql;
  for (std::size_t i = 0; i < table.columns.size(); ++i)
    if (i != table.key) sql += ", " + identifier(table.columns[i].name);
  return sql;
}

std::string select_all(const TablePlan& table, bool root) {
  return "SELECT " + identifier(table.columns[table.key].name) + ", " +
         (root ? std::string("(date_part('epoch', weir_stored_at) * 1000000)::bigint, "
                             "weir_position, weir_origin, document")
               : ordinal_of(table)) +
         other_columns(table) + " FROM " + table.sql_name;
}

constexpr char root_extras[] =
    ", document, weir_origin, weir_position, (extract(epoch FROM weir_stored_at) * "
    "1000000)::bigint";

std::string find(const Plan& plan) {
  std::string sql = "PREPARE weir_find (" + plan.root().columns[plan.root().key].sql_type + ") AS ";
  for (std::size_t i = 0; i < plan.tables.size(); ++i) {
    const TablePlan& table = plan.tables[i];
    if (i > 0) sql += " UNION ALL ";
    sql += select_row(table, i) + (i == 0 ? root_extras : ", NULL, NULL, NULL, NULL");
    sql +=
        " FROM " + table.sql_name + " WHERE " + identifier(table.columns[table.key].name) + " = $1";
  }
  return sql;
}

}  // namespace

Statements Statements::of(const Plan& plan) {
  Statements statements;
  statements.prepare_add = add(plan.root());
  statements.prepare_upsert = upsert(plan.root(), "weir_upsert", older_gives_way);
  statements.prepare_replay = upsert(plan.root(), "weir_replay", older_of_its_origin_gives_way);
  statements.copy.push_back(
      copy_in(plan.root(), ", document, weir_position, weir_origin, weir_stored_at"));
  statements.prepare_insert.emplace_back();
  statements.prepare_change.emplace_back();
  statements.prepare_remove.emplace_back();
  statements.prepare_trim.emplace_back();
  statements.prepare_find = find(plan);
  statements.newest = select_row(plan.root(), 0) + root_extras + " FROM " + plan.root().sql_name +
                      " ORDER BY weir_stored_at DESC, weir_position DESC";
  statements.roots_of = select_row(plan.root(), 0) + root_extras + " FROM " + plan.root().sql_name +
                        " WHERE " + identifier(plan.root().columns[plan.root().key].name) +
                        " = ANY (";
  statements.stored_at =
      "SELECT weir_stored_at FROM " + plan.root().sql_name + " ORDER BY weir_stored_at DESC";
  statements.all_rows.push_back(select_all(plan.root(), true));
  statements.rows_of.emplace_back();
  for (std::size_t i = 1; i < plan.tables.size(); ++i) {
    const TablePlan& table = plan.tables[i];
    const std::string number = std::to_string(i);
    statements.prepare_insert.push_back(insert(table, number));
    statements.prepare_change.push_back(table.upserts ? change(table, number) : "");
    statements.prepare_remove.push_back(remove(table, number));
    statements.prepare_trim.push_back(table.upserts && table.ordinal ? trim(table, number) : "");
    statements.copy.push_back(copy_in(table, ""));
    statements.all_rows.push_back(select_all(table, false));
    statements.rows_of.push_back(select_row(table, i) + " FROM " + table.sql_name + " WHERE " +
                                 identifier(table.columns[table.key].name) + " = ANY (");
  }
  return statements;
}

std::vector<std::string> Statements::below() const {
  std::vector<std::string> all;
  for (std::size_t table = 1; table < prepare_insert.size(); ++table) {
    for (const auto* each : {&prepare_insert, &prepare_change, &prepare_remove, &prepare_trim})
      if (!(*each)[table].empty()) all.push_back((*each)[table]);
  }
  return all;
}

std::vector<std::string> Statements::for_replays() const {
  std::vector<std::string> all = below();
  all.push_back(prepare_replay);
  return all;
}

}  // namespace weir::pg_sink
