#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weir::generate_source {

/// An exact decimal number: units / 10^digits.
struct Decimal {
  std::int64_t units = 0;
  int digits = 0;

  std::string text() const;
  /// The sum, with the digits of the longer one. Throws std::runtime_error beyond 64 bits.
  Decimal plus(const Decimal& other) const;
  /// Of a number as JSON writes it, without exponent.
  static std::optional<Decimal> from(std::string_view text);

  bool operator==(const Decimal&) const = default;
};

/// What an expression has drawn, or what a literal says.
struct Value {
  enum class Kind {
    text,
    number,
    literal
  };  // literal: true, false, null, or a number that is no Decimal

  Kind kind = Kind::text;
  std::string text;
  Decimal number{};  ///< of Kind::number

  static Value of_text(std::string text) { return {.kind = Kind::text, .text = std::move(text)}; }
  static Value of_number(Decimal number) {
    return {.kind = Kind::number, .text = number.text(), .number = number};
  }
  static Value of_literal(std::string text) {
    return {.kind = Kind::literal, .text = std::move(text)};
  }
};

/// Appends a JSON string, quoted and escaped.
void append_json_string(std::string& out, std::string_view text);

}  // namespace weir::generate_source
