#include "numbers.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>
#include <system_error>

namespace weir::json_schema_validate {
namespace {

__extension__ using Wide = unsigned __int128;

/// A JSON number's text taken apart; trailing zeros are in the exponent.
struct Parts {
  bool negative = false;
  std::string digits;
  std::int64_t exponent = 0;
};

Parts take_apart(std::string_view text) {
  Parts parts;
  if (text.starts_with('-')) {
    parts.negative = true;
    text.remove_prefix(1);
  }
  const std::size_t e = text.find_first_of("eE");
  if (e != std::string_view::npos) {
    std::string_view exponent = text.substr(e + 1);
    if (exponent.starts_with('+')) exponent.remove_prefix(1);
    std::from_chars(exponent.data(), exponent.data() + exponent.size(), parts.exponent);
    text = text.substr(0, e);
  }
  const std::size_t point = text.find('.');
  parts.digits = text.substr(0, point);
  if (point != std::string_view::npos) {
    parts.digits += text.substr(point + 1);
    parts.exponent -= static_cast<std::int64_t>(text.size() - point - 1);
  }
  while (!parts.digits.empty() && parts.digits.back() == '0') {
    parts.digits.pop_back();
    ++parts.exponent;
  }
  parts.digits.erase(0, parts.digits.find_first_not_of('0'));
  return parts;
}

/// The shortest text that is read back as this double.
std::string shortest(double value) {
  std::array<char, 32> text{};
  const auto written =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::scientific);
  return {text.data(), written.ptr};
}

/// Without their signs: less than 0 when `one` is the smaller, 0 when they are equal. Neither is
/// zero.
int compare_sizes(const Parts& one, const Parts& other) {
  const auto magnitude = [](const Parts& parts) {
    return parts.exponent + static_cast<std::int64_t>(parts.digits.size());
  };
  if (magnitude(one) != magnitude(other)) return magnitude(one) < magnitude(other) ? -1 : 1;
  return one.digits.compare(other.digits);
}

/// 10 to the power `exponent`, modulo `modulus`.
std::uint64_t power_of_ten(std::int64_t exponent, std::uint64_t modulus) {
  Wide result = 1 % modulus;
  Wide base = 10 % modulus;
  for (; exponent > 0; exponent /= 2) {
    if (exponent % 2 == 1) result = result * base % modulus;
    base = base * base % modulus;
  }
  return static_cast<std::uint64_t>(result);
}

}  // namespace

std::optional<double> read_double(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value))
    return std::nullopt;
  // Libraries differ on whether a result that vanishes is an error.
  if (value == 0 && !take_apart(text).digits.empty()) return std::nullopt;
  return value;
}

double told_apart(std::string_view text, double nearest) {
  const Parts exact = take_apart(text);
  // Each shorter text has a normal double of its own.
  if (exact.digits.size() <= std::numeric_limits<double>::digits10 || !std::isnormal(nearest))
    return nearest;
  const auto order = compare_sizes(exact, take_apart(shortest(nearest)));
  if (order == 0) return nearest;
  const double further = std::numeric_limits<double>::infinity();
  const double next = std::nextafter(nearest, (order > 0) == exact.negative ? -further : further);
  return std::isfinite(next) ? next : nearest;
}

std::optional<std::int64_t> read_whole(std::string_view text) {
  Parts parts = take_apart(text);
  if (parts.digits.empty()) return 0;
  constexpr std::int64_t longest = std::numeric_limits<std::int64_t>::digits10 + 1;
  if (parts.exponent < 0 || parts.exponent > longest) return std::nullopt;
  parts.digits.append(static_cast<std::size_t>(parts.exponent), '0');
  if (parts.negative) parts.digits.insert(0, 1, '-');
  std::int64_t value = 0;
  const char* last = parts.digits.data() + parts.digits.size();
  const auto [end, error] = std::from_chars(parts.digits.data(), last, value);
  if (error != std::errc{} || end != last) return std::nullopt;
  return value;
}

std::optional<std::variant<std::int64_t, double>> read_decimal(std::string_view text) {
  if (text.find_first_of(".eE") == std::string_view::npos) return std::nullopt;
  // Boost.JSON 1.81 reads many long decimals one unit in the last place off, and 1e400 as infinity;
  // this does not.
  const auto value = read_double(text);
  if (!value) return std::nullopt;
  if (const auto whole = read_whole(text)) return *whole;  // JSON Schema counts 1.0 as an integer
  return told_apart(text, *value);
}

Decimal Decimal::from(double value) {
  const Parts parts = take_apart(shortest(value));
  Decimal decimal{.negative = parts.negative, .exponent = static_cast<int>(parts.exponent)};
  std::from_chars(parts.digits.data(), parts.digits.data() + parts.digits.size(), decimal.digits);
  return decimal;
}

Decimal Decimal::from(std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  return {.negative = value < 0, .digits = value < 0 ? 0 - bits : bits};
}

bool is_multiple(const Decimal& value, const Decimal& divisor) {
  if (value.digits == 0) return true;
  const std::int64_t shift = std::int64_t{value.exponent} - divisor.exponent;
  if (shift >= 0) {
    const Wide rest = Wide{value.digits % divisor.digits} * power_of_ten(shift, divisor.digits);
    return rest % divisor.digits == 0;
  }
  if (shift < -19) return false;  // the scaled divisor has more digits than any value
  Wide scaled = divisor.digits;
  for (std::int64_t i = shift; i < 0; ++i) scaled *= 10;
  return value.digits % scaled == 0;
}

}  // namespace weir::json_schema_validate
