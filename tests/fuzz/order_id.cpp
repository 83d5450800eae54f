// An order's id on its way from a request's path into SQL: the route hands on what was encoded, and
// whatever it is, it stays inside of its literal.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "cells.hpp"
#include "document.hpp"
#include "engine/web/route_table.hpp"
#include "engine/web/target.hpp"
#include "engine/web/utf8.hpp"
#include "expect.hpp"
#include "stages/pg-sink/json_value.hpp"
#include "stages/pg-sink/paper_database.hpp"

using namespace weir::web;
using weir::fuzz::expect;

namespace {

const RouteTable& routes() {
  static const RouteTable table = RouteTable().with({.pattern = RoutePattern("/order/{order_uid}"),
                                                     .handler = {},
                                                     .self = nullptr,
                                                     .owner = nullptr,
                                                     .gate = nullptr});
  return table;
}

std::string encoded(std::string_view text) {
  constexpr char digits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += digits[byte >> 4U];
    out += digits[byte & 0xFU];
  }
  return out;
}

/// What PostgreSQL reads of a literal, which must be all that there is.
std::string read_literal(std::string_view sql) {
  expect(sql.size() >= 2 && sql.front() == '\'', "a literal starts with its quotation mark");
  std::string value;
  std::size_t at = 1;
  for (; at < sql.size(); ++at) {
    if (sql[at] == '\'' && (at + 1 == sql.size() || sql[at + 1] != '\'')) break;
    if (sql[at] == '\'') ++at;
    value += sql[at];
  }
  expect(at + 1 == sql.size(), "a literal ends with its last character");
  return value;
}

/// The only element of an array.
std::string read_element(std::string_view array) {
  expect(array.size() >= 2 && array.front() == '"', "an element is quoted");
  std::string value;
  std::size_t at = 1;
  for (; at < array.size() && array[at] != '"'; ++at) {
    if (array[at] == '\\') ++at;
    expect(at < array.size(), "a backslash has something behind it");
    value += array[at];
  }
  expect(at + 1 == array.size(), "an element ends with its last character");
  return value;
}

void check_sql(const std::string& key) {
  std::string sql;
  weir::pg_sink::append_literal(sql, key);
  expect(read_literal(sql) == key, "a key comes back from its literal");
  weir::pg_sink::Cells cells;
  const auto cell = cells.quoted(key);
  expect(read_element(read_literal("'" + std::string(cells[cell]) + "'")) == key,
         "a key comes back from its array");
}

void check_stored(const std::string& key) {
  static PaperDatabase database;
  std::string message = R"({"id":)";
  weir::pg_sink::write_string(key, message);
  message += '}';
  expect(!database.store(message), "a key that is UTF-8 without NUL is stored");
  expect(json_value(database.read()) == json_value(message), "and comes back");
}

/// The route's parameter, or nothing where the path is refused or another one.
std::vector<std::string> parameters(const std::string& path) {
  Target target;
  if (target.read(path)) return {};
  const Route* route = routes().find(target);
  if (route == nullptr) return {};
  std::vector<std::string_view> values;
  route->pattern.values(target, values);
  return {values.begin(), values.end()};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const bool fit = is_utf8(bytes) && bytes.find('\0') == std::string::npos;
  const auto handed_on = parameters("/order/" + encoded(bytes));
  expect(handed_on == (fit ? std::vector{bytes} : std::vector<std::string>{}),
         "the route hands on what was encoded");

  std::string visible;
  for (const char c : bytes)
    if (c > ' ' && c < 0x7F) visible += c;
  for (const std::string& key : parameters("/order/" + visible)) {
    expect(is_utf8(key) && key.find('\0') == std::string::npos, "a parameter is UTF-8 without NUL");
    check_sql(key);
    check_stored(key);
  }
  if (fit) check_sql(bytes), check_stored(bytes);
  return 0;
}
