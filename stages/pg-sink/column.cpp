#include "column.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "decimal.hpp"
#include "moment.hpp"

namespace weir::pg_sink {
namespace {

const char* kind_name(Kind kind) {
  switch (kind) {
    case Kind::null:
      return "null";
    case Kind::boolean:
      return "true or false";
    case Kind::number:
      return "a number";
    case Kind::string:
      return "a string";
    case Kind::object:
      return "an object";
    case Kind::array:
      return "a list";
  }
  return "";
}

/// A value inside of an error text: short, and only its start where it is long.
std::string shown(std::string_view text) {
  constexpr std::size_t most = 60;
  if (text.size() <= most) return std::string(text);
  std::size_t end = most;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
    --end;  // not inside of a character
  return std::string(text.substr(0, end)) + "...";
}

Fit misfit(std::string& why, std::string text) {
  why = std::move(text);
  return Fit::misfit;
}

Fit wrong_kind(const Column& column, const Value& value, std::string& why) {
  return misfit(why, std::string(kind_name(value.kind)) + " does not fit column " + column.name +
                         " (" + column.sql_type + ")");
}

std::int64_t characters(std::string_view text) {
  return std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
}

Fit store_text(const Column& column, const Value& value, RawCells& cells, RawCell& cell,
               std::string& why) {
  const std::string_view text = value.text;
  if (!value.plain && text.find('\0') != std::string_view::npos) {
    return misfit(why, "a string with the character \\u0000 does not fit column " + column.name +
                           ": PostgreSQL has no such text");
  }
  // A character has at least one byte, so most texts need no counting.
  if (column.limit >= 0 && static_cast<std::int64_t>(text.size()) > column.limit &&
      characters(text) > column.limit) {
    return misfit(why, "a string of " + std::to_string(characters(text)) +
                           " characters does not fit column " + column.name + ", which takes " +
                           std::to_string(column.limit));
  }
  cell = cells.add(text, value.plain ? RawCell::Form::plain : RawCell::Form::text);
  return Fit::exact;
}

/// The most frequent way to write an integer: digits only, and too few of them to overflow.
std::optional<std::int64_t> short_integer(std::string_view number) {
  constexpr std::size_t most = 18;
  std::int64_t value = 0;
  const auto end = number.data() + number.size();
  const auto read = std::from_chars(number.data(), end, value);
  return number.size() <= most && read.ptr == end ? std::optional(value) : std::nullopt;
}

std::optional<std::int64_t> integer_of(std::string_view number) {
  if (const auto value = short_integer(number)) return value;
  const auto decimal = Decimal::parse(number);
  return decimal ? decimal->as_integer() : std::nullopt;
}

Fit store_integer(const Column& column, std::string_view number, RawCells& cells, RawCell& cell,
                  std::string& why) {
  const auto integer = integer_of(number);
  if (!integer || *integer < column.least || *integer > column.most) {
    return misfit(why, shown(number) + " does not fit column " + column.name + " (" +
                           column.sql_type + "): it takes integers from " +
                           std::to_string(column.least) + " to " + std::to_string(column.most));
  }
  cell = cells.bare(*integer);
  return Fit::exact;
}

Fit store_decimal(const Column& column, std::string_view number, RawCells& cells, RawCell& cell,
                  std::string& why) {
  // What PostgreSQL's numeric takes where no precision is given.
  constexpr std::int64_t most_before_point = 131'072, most_behind_point = 16'383;
  const bool limited = column.limit >= 0;
  const std::int64_t before_point = limited ? column.limit - column.scale : most_before_point;
  const std::int64_t behind_point = limited ? column.scale : most_behind_point;
  const auto decimal = Decimal::parse(number);
  if (!decimal || decimal->exponent > before_point || decimal->last_place() > most_behind_point) {
    return misfit(why, shown(number) + " does not fit column " + column.name + " (" +
                           column.sql_type + "): it takes " + std::to_string(before_point) +
                           " digits before the point, and rounds behind digit " +
                           std::to_string(behind_point));
  }
  // PostgreSQL counts zeros behind the point, too.
  const bool as_written =
      !decimal->digits.empty() && std::cmp_less_equal(number.size(), most_behind_point);
  cell = cells.bare(as_written ? number : decimal->to_text());
  return decimal->last_place() > behind_point ? Fit::odd : Fit::exact;
}

Fit store_moment(const Column& column, std::string_view text, RawCells& cells, RawCell& cell,
                 std::string& why) {
  std::string postgres;
  const int second_digits = column.limit < 0 ? 6 : static_cast<int>(column.limit);
  switch (read_moment(text, second_digits, postgres)) {
    case MomentForm::none:
      return misfit(why, "\"" + shown(text) + "\" does not fit column " + column.name +
                             " (timestamptz): write a moment like 2021-11-26T06:22:19Z");
    case MomentForm::odd:
      cell = cells.add(postgres, RawCell::Form::plain);
      return Fit::odd;
    case MomentForm::exact:
      cell = cells.add(postgres, RawCell::Form::plain);
      return Fit::exact;
  }
  return Fit::misfit;
}

/// Types that are PostgreSQL's to read: it may still refuse the value, and what it gives back is
/// not relied on.
Fit store_other(const Column& column, const Value& value, RawCells& cells, RawCell& cell,
                std::string& why) {
  std::string_view text = value.text;
  if (value.kind == Kind::boolean) text = value.truth ? "true" : "false";
  if (value.kind == Kind::object || value.kind == Kind::array)
    return wrong_kind(column, value, why);
  if (text.find('\0') != std::string_view::npos) return wrong_kind(column, value, why);
  cell = cells.text(text);
  return Fit::odd;
}

Fit store_json(const Document& document, const Value& value, RawCells& cells, RawCell& cell) {
  std::string text;
  document.write(value, text);
  cell = cells.text(text);
  return Fit::odd;
}

}  // namespace

Fit store(const Column& column, const Document& document, const Value& value, RawCells& cells,
          RawCell& cell, std::string& why) {
  switch (column.type) {
    case Column::Type::text:
      if (value.kind != Kind::string) return wrong_kind(column, value, why);
      return store_text(column, value, cells, cell, why);
    case Column::Type::integer:
      if (value.kind != Kind::number) return wrong_kind(column, value, why);
      return store_integer(column, value.text, cells, cell, why);
    case Column::Type::decimal:
      if (value.kind != Kind::number) return wrong_kind(column, value, why);
      return store_decimal(column, value.text, cells, cell, why);
    case Column::Type::boolean:
      if (value.kind != Kind::boolean) return wrong_kind(column, value, why);
      cell = cells.bare(value.truth ? "t" : "f");
      return Fit::exact;
    case Column::Type::moment:
      if (value.kind != Kind::string) return wrong_kind(column, value, why);
      return store_moment(column, value.text, cells, cell, why);
    case Column::Type::json:
      return store_json(document, value, cells, cell);
    case Column::Type::other_number:
    case Column::Type::other:
      return store_other(column, value, cells, cell, why);
  }
  return Fit::misfit;
}

void write_json(const Column& column, std::string_view text, std::string& out) {
  switch (column.type) {
    case Column::Type::text:
    case Column::Type::other:
      write_string(text, out);
      return;
    case Column::Type::boolean:
      out += text == "t" ? "true" : "false";
      return;
    case Column::Type::moment:
      out += '"';
      write_moment(text, out);
      out += '"';
      return;
    case Column::Type::integer:
    case Column::Type::json:
      out += text;
      return;
    case Column::Type::decimal:
    case Column::Type::other_number: {
      // NaN and Infinity come from other hands than ours, and JSON has no such numbers.
      const bool number = !text.empty() && text.back() >= '0' && text.back() <= '9';
      out += number ? text : "null";
      return;
    }
  }
}

}  // namespace weir::pg_sink
