#include "moment.hpp"

#include <chrono>
#include <cstddef>

namespace weir::pg_sink {
namespace {

/// Reads fixed parts of a text, from left to right; once something does not fit, `good` is false
/// for good.
struct Cursor {
  std::string_view rest;
  bool good = true;

  int digits(std::size_t count) {
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (i >= rest.size() || rest[i] < '0' || rest[i] > '9') return good = false, 0;
      value = value * 10 + (rest[i] - '0');
    }
    rest.remove_prefix(count);
    return value;
  }
  char one_of(std::string_view allowed) {
    if (rest.empty() || allowed.find(rest.front()) == std::string_view::npos)
      return good = false, '\0';
    const char c = rest.front();
    rest.remove_prefix(1);
    return c;
  }
  std::string_view fraction() {
    const auto size = std::min(rest.find_first_not_of("0123456789"), rest.size());
    const auto digits = rest.substr(0, size);
    if (size == 0) good = false;
    rest.remove_prefix(size);
    return digits;
  }
};

}  // namespace

MomentForm read_moment(std::string_view text, int second_digits, std::string& postgres) {
  Cursor cursor{text};
  const int year = cursor.digits(4);
  cursor.one_of("-");
  const int month = cursor.digits(2);
  cursor.one_of("-");
  const int day = cursor.digits(2);
  const char between = cursor.one_of("Tt ");
  const int hour = cursor.digits(2);
  cursor.one_of(":");
  const int minute = cursor.digits(2);
  cursor.one_of(":");
  const int second = cursor.digits(2);
  if (!cursor.good) return MomentForm::none;

  const std::size_t whole_seconds = text.size() - cursor.rest.size();
  std::string_view fraction;
  const bool has_fraction = cursor.rest.starts_with('.');
  if (has_fraction) {
    cursor.one_of(".");
    fraction = cursor.fraction();
  }
  const char zone = cursor.one_of("Zz+-");
  int zone_hour = 0, zone_minute = 0;
  if (zone == '+' || zone == '-') {
    zone_hour = cursor.digits(2);
    cursor.one_of(":");
    zone_minute = cursor.digits(2);
  }
  if (!cursor.good || !cursor.rest.empty()) return MomentForm::none;

  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  // PostgreSQL knows no year 0, and no offset of 16 hours and more.
  if (year == 0 || !date.ok() || hour > 23 || minute > 59 || second > 60) return MomentForm::none;
  if (zone_hour > 15 || zone_minute > 59) return MomentForm::none;

  postgres.assign(text.substr(0, whole_seconds));
  if (has_fraction) postgres.append(".").append(fraction.substr(0, 6));
  if (zone == '+' || zone == '-') {
    postgres.append(text.substr(text.size() - 6));
  } else {
    postgres += 'Z';
  }
  const bool exact_fraction =
      !has_fraction ||
      (fraction.size() <= static_cast<std::size_t>(second_digits) && fraction.back() != '0');
  return between == 'T' && zone == 'Z' && second < 60 && exact_fraction ? MomentForm::exact
                                                                        : MomentForm::odd;
}

void write_moment(std::string_view postgres, std::string& out) {
  const auto space = postgres.find(' ');
  if (space == std::string_view::npos ||
      !postgres.ends_with("+00")) {  // "infinity", a year BC: written by hand
    out += postgres;
    return;
  }
  out += postgres.substr(0, space);
  out += 'T';
  out += postgres.substr(space + 1, postgres.size() - space - 4);
  out += 'Z';
}

}  // namespace weir::pg_sink
