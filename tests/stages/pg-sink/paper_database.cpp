#include "paper_database.hpp"

#include <stdexcept>

#include "decimal.hpp"
#include "sql_arguments.hpp"

namespace {

using namespace weir::pg_sink;

constexpr char mapping[] = R"({"key": "/id", "tables": [
  {"table": "root", "columns": {"slash": "/a~1b", "tilde": "/m~0n", "deep": "/o/p/q"}},
  {"table": "parts", "from": "/part", "with": {"id": "/id"}, "columns": {"inner": "/x/y"}},
  {"table": "entries", "each": "/rows", "with": {"id": "/id"}, "ordinal": "ordinal"},
  {"table": "notes", "each": "/part/notes", "with": {"id": "/id"}}]})";

Column column(std::string name, Column::Type type, std::string sql_type, std::int64_t limit = -1,
              std::int64_t scale = 0) {
  Column made{.name = std::move(name), .sql_type = std::move(sql_type), .type = type};
  made.limit = limit;
  made.scale = scale;
  return made;
}

Column text(std::string name, std::int64_t limit = -1) {
  return column(std::move(name), Column::Type::text, "text", limit);
}

Column integer(std::string name, int bits) {
  Column made = column(std::move(name), Column::Type::integer, "bigint");
  made.most = static_cast<std::int64_t>(~std::uint64_t{0} >> (65 - bits));
  made.least = -made.most - 1;
  return made;
}

Table table(std::string name, std::vector<Column> columns) {
  return {.sql_name = '"' + std::move(name) + '"',
          .tells_inserted = true,
          .columns = std::move(columns)};
}

Plan plan() {
  using Type = Column::Type;
  Column key = text("id");
  key.not_null = true;
  Table root = table("root", {key,
                              text("s"),
                              text("short", 5),
                              text("slash"),
                              text("tilde"),
                              text("deep"),
                              integer("n", 64),
                              integer("small", 16),
                              column("d", Type::decimal, "numeric"),
                              column("money", Type::decimal, "numeric", 10, 2),
                              column("b", Type::boolean, "boolean"),
                              column("t", Type::moment, "timestamp with time zone"),
                              column("t0", Type::moment, "timestamp with time zone", 0),
                              column("j", Type::json, "jsonb"),
                              column("f", Type::other_number, "double precision"),
                              column("u", Type::other, "uuid"),
                              text("document"),
                              text("weir_origin"),
                              integer("weir_position", 64),
                              column("weir_stored_at", Type::moment, "timestamp with time zone")});
  root.columns[18].sql_type = "bigint";
  root.unique_keys = {{"id"}};
  Table entries = table(
      "entries", {text("id"), integer("ordinal", 32), text("s"), integer("n", 64), text("a/b")});
  entries.unique_keys = {{"id", "ordinal"}};
  return Plan::make(
      Mapping::read(mapping),
      {root, table("parts", {text("id"), text("name"), integer("n", 32), text("inner")}), entries,
       table("notes", {text("id"), text("s")})});
}

/// What PostgreSQL reads from an array's element inside of an SQL literal.
std::string unquoted(std::string_view cell) {
  std::string out;
  if (!cell.starts_with('"')) return std::string(cell);
  for (std::size_t i = 1; i + 1 < cell.size(); ++i) {
    if (cell[i] == '\\' || cell[i] == '\'') ++i;
    out += cell[i];
  }
  return out;
}

/// What PostgreSQL reads from a field of COPY's text format.
std::string unescaped(std::string_view field) {
  std::string out;
  for (std::size_t i = 0; i < field.size(); ++i) {
    if (field[i] == '\t' || field[i] == '\n' || field[i] == '\r')
      throw std::logic_error("a field of COPY ends too early");
    if (field[i] != '\\') {
      out += field[i];
      continue;
    }
    switch (field[++i]) {
      case 'n':
        out += '\n';
        break;
      case 'r':
        out += '\r';
        break;
      case 't':
        out += '\t';
        break;
      default:
        out += field[i];
    }
  }
  return out;
}

/// A cell as PostgreSQL gets it, which both ways to write it must agree on.
std::string received(const RawCells& cells, const RawCell& cell) {
  std::string element, field;
  cells.append_element(cell, element);
  cells.append_field(cell, field);
  const std::string value = unquoted(element);
  if (value != unescaped(field)) throw std::logic_error("COPY and INSERT differ");
  return value;
}

/// A numeric without an exponent.
std::string plain_number(std::string_view number) {
  const auto decimal = Decimal::parse(number);
  std::string digits = decimal->digits;
  std::int64_t exponent = decimal->exponent;
  if (exponent <= 0) digits.insert(0, static_cast<std::size_t>(-exponent) + 1, '0'), exponent = 1;
  const auto before = static_cast<std::size_t>(exponent);
  if (digits.size() < before) digits.append(before - digits.size(), '0');
  std::string out = decimal->negative ? "-" : "";
  out += digits.substr(0, before);
  return digits.size() > before ? out + '.' + digits.substr(before) : out;
}

std::string printed(const Column& column, std::string value) {
  if (column.type == Column::Type::decimal) return plain_number(value);
  if (column.type == Column::Type::moment && value.ends_with('Z')) {
    value.replace(value.find_first_of("Tt "), 1, " ");
    value.replace(value.size() - 1, 1, "+00");
  }
  return value;
}

/// One field of ROW(...)::text.
std::string field(std::string_view value) {
  if (!value.empty() && value.find_first_of("\"\\(), \t\n\r\v\f") == std::string_view::npos)
    return std::string(value);
  std::string out = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') out += c;
    out += c;
  }
  return out + '"';
}

}  // namespace

PaperDatabase::PaperDatabase() : plan_(plan()), shredder_(plan_), composer_(plan_) {}

std::optional<Unreadable> PaperDatabase::store(std::string_view message) {
  rows_.clear(plan_.tables.size());
  return shredder_.shred(message, 0, 0, rows_);
}

bool PaperDatabase::kept_whole() const { return !rows_.records.front().document.is_null(); }

std::string PaperDatabase::read() {
  const auto& stored = rows_.records.front();
  if (kept_whole()) return received(rows_.cells, stored.document);
  std::vector<std::vector<std::string>> records(plan_.tables.size());
  std::vector<std::vector<std::string_view>> views(plan_.tables.size());
  for (std::size_t table = 0; table < records.size(); ++table) {
    const auto [first, count] = rows_.rows_of(stored)[table];
    for (std::size_t row = first; row < first + count; ++row)
      records[table].push_back(record(table, row));
    views[table].assign(records[table].begin(), records[table].end());
  }
  std::string document;
  composer_.compose(views, document);
  return document;
}

std::string PaperDatabase::record(std::size_t table, std::size_t row) const {
  const auto& columns = plan_.tables[table].columns;
  std::string out = "(";
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const RawCell& cell = rows_.tables[table][row * columns.size() + i];
    if (i > 0) out += ',';
    if (!cell.is_null()) out += field(printed(columns[i], received(rows_.cells, cell)));
  }
  return out + ')';
}

std::string PaperDatabase::statement() const {
  const BatchRows::Record* record = &rows_.records.front();
  const SqlArguments arguments(plan_, rows_);
  std::string all = arguments.upsert({&record, 1}, "origin");
  for (const auto& statement : arguments.below({&record, 1}, {})) all += '\n' + statement;
  for (const auto& statement : arguments.below({}, {&record, 1})) all += '\n' + statement;
  return all;
}
