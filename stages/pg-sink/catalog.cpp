#include "catalog.hpp"

#include <algorithm>
#include <stdexcept>

#include "cells.hpp"

namespace weir::pg_sink {
namespace {

/// shop.orders is table orders of schema shop; names are taken as they are written, capital letters
/// too.
std::string quoted_name(const std::string& name) {
  std::string quoted;
  const auto point = name.find('.');
  if (point != std::string::npos) {
    append_identifier(quoted, name.substr(0, point));
    quoted += '.';
  }
  append_identifier(quoted, point == std::string::npos ? name : name.substr(point + 1));
  return quoted;
}

std::string table_query(const std::string& quoted) {
  std::string literal;
  append_literal(literal, quoted);
  return "SELECT c.oid, c.relkind, "
         "has_any_column_privilege(c.oid, 'SELECT') AND has_any_column_privilege(c.oid, 'INSERT') "
         "AND has_any_column_privilege(c.oid, 'UPDATE'), has_table_privilege(c.oid, 'DELETE'), "
         "EXISTS (SELECT FROM pg_rewrite r WHERE r.ev_class = c.oid) "
         "FROM pg_class c WHERE c.oid = to_regclass(" +
         literal + ")";
}

// A domain counts as the type that it is made of, with the length or precision that it gives.
std::string column_query(const std::string& table_oid) {
  return "WITH RECURSIVE part AS ("
         "SELECT a.attnum, a.attname, a.attnotnull, a.atthasdef, a.atttypid AS type, a.atttypmod "
         "AS modifier "
         "FROM pg_attribute a WHERE a.attrelid = " +
         table_oid +
         " AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND a.attidentity <> "
         "'a' "
         "UNION ALL SELECT p.attnum, p.attname, p.attnotnull OR t.typnotnull, p.atthasdef OR "
         "t.typdefault IS NOT NULL, "
         "t.typbasetype, CASE WHEN p.modifier >= 0 THEN p.modifier ELSE t.typtypmod END "
         "FROM part p JOIN pg_type t ON t.oid = p.type WHERE t.typtype = 'd') "
         "SELECT p.attname, t.typname, t.typnamespace = 'pg_catalog'::regnamespace, t.typcategory, "
         // Without a length these two mean one character, one bit: a cast would cut.
         "CASE t.typname WHEN 'bpchar' THEN 'bpchar' WHEN 'bit' THEN 'bit varying' "
         "ELSE format_type(t.oid, NULL) END, p.modifier, p.attnotnull, p.atthasdef "
         "FROM part p JOIN pg_type t ON t.oid = p.type WHERE t.typtype <> 'd' ORDER BY p.attnum";
}

/// (index, column) of the unique indexes, by index; indkey counts from 0.
std::string unique_query(const std::string& table_oid) {
  return "SELECT i.indexrelid, a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = "
         "i.indrelid AND a.attnum = ANY (i.indkey[0:i.indnkeyatts - 1]) WHERE i.indrelid = " +
         table_oid +
         " AND i.indisunique AND i.indimmediate AND i.indisvalid AND i.indpred IS NULL AND "
         "i.indexprs IS NULL ORDER BY i.indexrelid";
}

void set_type(Column& column, std::string_view type, bool built_in, std::string_view category,
              std::int64_t modifier) {
  constexpr std::int64_t header =
      4;  // PostgreSQL adds it to the length or precision that was declared
  column.type = category == "N" ? Column::Type::other_number : Column::Type::other;
  if (!built_in) return;
  if (type == "text" || type == "varchar") {
    column.type = Column::Type::text;
    column.sql_type = "text";
    if (modifier >= header) column.limit = modifier - header;
  } else if (type == "int8" || type == "int4" || type == "int2") {
    const int bits = type == "int8" ? 64 : type == "int4" ? 32 : 16;
    column.type = Column::Type::integer;
    column.most = static_cast<std::int64_t>(~std::uint64_t{0} >> (65 - bits));
    column.least = -column.most - 1;
  } else if (type == "numeric") {
    column.type = Column::Type::decimal;
    if (modifier >= header) {
      column.limit = ((modifier - header) >> 16) & 0xFFFF;
      column.scale = (((modifier - header) & 0x7FF) ^ 1024) - 1024;  // eleven bits, signed
    }
  } else if (type == "bool") {
    column.type = Column::Type::boolean;
  } else if (type == "timestamptz") {
    column.type = Column::Type::moment;
    column.limit = modifier;
  } else if (type == "json" || type == "jsonb") {
    column.type = Column::Type::json;
  }
}

Column read_column(const Rows& rows, std::size_t row) {
  Column column;
  column.name = rows.text(row, 0);
  column.sql_type = rows.text(row, 4);
  const std::int64_t modifier = rows.is_null(row, 5) ? -1 : integer(rows.text(row, 5));
  set_type(column, rows.text(row, 1), rows.text(row, 2) == "t", rows.text(row, 3), modifier);
  column.not_null = rows.text(row, 6) == "t";
  column.has_default = rows.text(row, 7) == "t";
  return column;
}

std::vector<std::vector<std::string>> read_unique_keys(const Rows& rows) {
  std::vector<std::vector<std::string>> keys;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    if (row == 0 || rows.text(row, 0) != rows.text(row - 1, 0)) keys.emplace_back();
    keys.back().emplace_back(rows.text(row, 1));
  }
  for (auto& key : keys) std::ranges::sort(key);
  return keys;
}

}  // namespace

const Column* Table::find(std::string_view name) const {
  const auto found = std::ranges::find(columns, name, &Column::name);
  return found == columns.end() ? nullptr : &*found;
}

bool Table::unique(std::vector<std::string> names) const {
  std::ranges::sort(names);
  return std::ranges::find(unique_keys, names) != unique_keys.end();
}

Table describe(Connection& connection, const std::string& name, bool root,
               Clock::time_point deadline) {
  Table table;
  table.sql_name = quoted_name(name);
  const Rows found = connection.run(table_query(table.sql_name), deadline);
  if (found.size() == 0) {
    throw std::runtime_error("the database has no table " + name +
                             "; run db/setup, or correct tables: in the pipeline");
  }
  const auto kind = found.text(0, 1);
  if (kind != "r" && kind != "p") {
    throw std::runtime_error(name + " is not a table (pg_class.relkind " + std::string(kind) +
                             "); name a table in tables:");
  }
  table.tells_inserted = kind == "r";
  table.has_rules = found.text(0, 4) == "t";
  if (found.text(0, 2) != "t" || (!root && found.text(0, 3) != "t")) {
    throw std::runtime_error(
        std::string("this user may not ") +
        (root ? "SELECT, INSERT and UPDATE" : "SELECT, INSERT, UPDATE and DELETE") + " on table " +
        name + "; run db/setup, which grants it");
  }
  const std::string oid(found.text(0, 0));
  const Rows columns = connection.run(column_query(oid), deadline);
  for (std::size_t row = 0; row < columns.size(); ++row)
    table.columns.push_back(read_column(columns, row));
  table.unique_keys = read_unique_keys(connection.run(unique_query(oid), deadline));
  return table;
}

}  // namespace weir::pg_sink
