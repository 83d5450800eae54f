#include "engine/pipeline/scalar.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <initializer_list>

namespace weir {
namespace {

bool one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

bool digit(char c) { return c >= '0' && c <= '9'; }

std::size_t skip_digits(std::string_view text, std::size_t at) {
  while (at < text.size() && digit(text[at])) ++at;
  return at;
}

/// [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?, cut at its joints.
struct Parts {
  bool number = false;
  bool negative = false;
  std::string_view whole, fraction, exponent;
  bool point = false;
};

Parts split(std::string_view text) {
  Parts parts;
  std::size_t at = 0;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    parts.negative = text[0] == '-';
    at = 1;
  }
  std::size_t end = skip_digits(text, at);
  parts.whole = text.substr(at, end - at);
  at = end;
  if (at < text.size() && text[at] == '.') {
    parts.point = true;
    end = skip_digits(text, at + 1);
    parts.fraction = text.substr(at + 1, end - at - 1);
    at = end;
  }
  if (parts.whole.empty() && parts.fraction.empty()) return parts;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    std::size_t digits = at + 1;
    if (digits < text.size() && (text[digits] == '-' || text[digits] == '+')) ++digits;
    end = skip_digits(text, digits);
    if (end == digits) return parts;
    parts.exponent = text.substr(at + 1, end - at - 1);
    at = end;
  }
  parts.number = at == text.size();
  return parts;
}

Typed integer(std::string_view digits, bool negative, int base) {
  const std::string signed_digits = (negative ? "-" : "") + std::string(digits);
  std::int64_t value = 0;
  const auto [end, failure] = std::from_chars(
      signed_digits.data(), signed_digits.data() + signed_digits.size(), value, base);
  if (failure != std::errc{}) return {Kind::broken, "is an integer beyond 64 bits"};
  return {Kind::integer, std::to_string(value)};
}

/// JSON wants digits on both sides of the point, no plus and no leading zeros; the digits stay as
/// they are.
Typed real(const Parts& parts) {
  std::string_view whole = parts.whole;
  while (whole.size() > 1 && whole.front() == '0') whole.remove_prefix(1);
  std::string json = parts.negative ? "-" : "";
  json += whole.empty() ? "0" : whole;
  if (parts.point) json += "." + std::string(parts.fraction.empty() ? "0" : parts.fraction);
  if (!parts.exponent.empty()) json += "e" + std::string(parts.exponent);
  double value = 0;
  if (std::from_chars(json.data(), json.data() + json.size(), value).ec != std::errc{}) {
    return {Kind::broken, "is a number that is too large or too small for 64 bits"};
  }
  return {Kind::real, json};
}

bool all_of(std::string_view text, std::string_view letters) {
  return !text.empty() && text.find_first_not_of(letters) == std::string_view::npos;
}

}  // namespace

Typed type_plain_scalar(std::string_view text) {
  if (one_of(text, {"", "~", "null", "Null", "NULL"})) return {Kind::null, "null"};
  if (one_of(text, {"true", "True", "TRUE"})) return {Kind::boolean, "true"};
  if (one_of(text, {"false", "False", "FALSE"})) return {Kind::boolean, "false"};
  if (text.starts_with("0o") && all_of(text.substr(2), "01234567"))
    return integer(text.substr(2), false, 8);
  if (text.starts_with("0x") && all_of(text.substr(2), "0123456789abcdefABCDEF")) {
    return integer(text.substr(2), false, 16);
  }
  const Parts parts = split(text);
  if (parts.number) {
    const bool whole = !parts.point && parts.exponent.empty();
    return whole ? integer(parts.whole, parts.negative, 10) : real(parts);
  }
  std::string_view unsigned_text = text;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) unsigned_text.remove_prefix(1);
  if (one_of(unsigned_text, {".inf", ".Inf", ".INF"}) || one_of(text, {".nan", ".NaN", ".NAN"})) {
    return {Kind::broken, "is not a finite number"};
  }
  return {Kind::text, std::string(text)};
}

}  // namespace weir
