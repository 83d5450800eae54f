#include "decimal.hpp"

#include <algorithm>
#include <charconv>

namespace weir::pg_sink {

std::optional<Decimal> Decimal::parse(std::string_view number) {
  Decimal decimal;
  decimal.negative = number.starts_with('-');
  if (decimal.negative) number.remove_prefix(1);

  std::int64_t shift = 0;
  if (const auto e = number.find_first_of("eE"); e != std::string_view::npos) {
    std::string_view power = number.substr(e + 1);
    if (power.starts_with('+')) power.remove_prefix(1);
    const auto read = std::from_chars(power.data(), power.data() + power.size(), shift);
    constexpr std::int64_t beyond = 1'000'000'000;
    if (read.ec != std::errc() || shift > beyond || shift < -beyond) return std::nullopt;
    number = number.substr(0, e);
  }
  const auto point = std::min(number.find('.'), number.size());
  decimal.digits.assign(number.substr(0, point));
  if (point < number.size()) decimal.digits += number.substr(point + 1);
  decimal.exponent = static_cast<std::int64_t>(point) + shift;

  const auto leading = std::min(decimal.digits.find_first_not_of('0'), decimal.digits.size());
  decimal.digits.erase(0, leading);
  decimal.exponent -= static_cast<std::int64_t>(leading);
  decimal.digits.erase(decimal.digits.find_last_not_of('0') + 1);
  if (decimal.digits.empty()) decimal = {};
  return decimal;
}

std::string Decimal::to_text() const {
  if (digits.empty()) return "0";
  return (negative ? "-0." : "0.") + digits + "e" + std::to_string(exponent);
}

std::optional<std::int64_t> Decimal::as_integer() const {
  if (digits.empty()) return 0;
  if (last_place() > 0 || exponent > 19) return std::nullopt;
  std::string text = negative ? "-" + digits : digits;
  text.append(static_cast<std::size_t>(exponent) - digits.size(), '0');
  std::int64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  return read.ec == std::errc() ? std::optional(value) : std::nullopt;
}

}  // namespace weir::pg_sink
