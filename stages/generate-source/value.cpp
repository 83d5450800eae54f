#include "value.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <stdexcept>

namespace weir::generate_source {
namespace {

std::int64_t scaled(std::int64_t units, int digits) {
  for (; digits > 0; --digits) {
    if (__builtin_mul_overflow(units, std::int64_t{10}, &units)) {
      throw std::runtime_error("a sum in the template is beyond 64 bits; draw smaller numbers");
    }
  }
  return units;
}

}  // namespace

std::string Decimal::text() const {
  std::string digits_text = std::to_string(units < 0 ? 0 - static_cast<std::uint64_t>(units)
                                                     : static_cast<std::uint64_t>(units));
  const auto places = static_cast<std::size_t>(digits);
  if (places > 0) {
    if (digits_text.size() <= places) digits_text.insert(0, places + 1 - digits_text.size(), '0');
    digits_text.insert(digits_text.size() - places, 1, '.');
  }
  return (units < 0 ? "-" : "") + digits_text;
}

Decimal Decimal::plus(const Decimal& other) const {
  const int most = std::max(digits, other.digits);
  Decimal sum{.units = 0, .digits = most};
  if (__builtin_add_overflow(scaled(units, most - digits), scaled(other.units, most - other.digits),
                             &sum.units)) {
    throw std::runtime_error("a sum in the template is beyond 64 bits; draw smaller numbers");
  }
  return sum;
}

std::optional<Decimal> Decimal::from(std::string_view text) {
  std::string plain(text);
  const auto point = plain.find('.');
  Decimal decimal;
  if (point != std::string::npos) {
    decimal.digits = static_cast<int>(plain.size() - point - 1);
    plain.erase(point, 1);
  }
  const char* end = plain.data() + plain.size();
  const auto parsed = std::from_chars(plain.data(), end, decimal.units);
  if (parsed.ec != std::errc{} || parsed.ptr != end) return std::nullopt;
  return decimal;
}

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\u%04x", static_cast<unsigned>(c));
      out += escaped;
    } else {
      out += c;
    }
  }
  out += '"';
}

}  // namespace weir::generate_source
