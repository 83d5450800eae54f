#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weir::pg_sink {

/// The value of a JSON number's text, exactly: digits without leading or trailing zeros, and where
/// the point stands.
struct Decimal {
  bool negative = false;
  std::string digits{};       ///< empty for zero
  std::int64_t exponent = 0;  ///< value = 0.digits * 10^exponent

  /// `number` is a number by JSON's grammar. Nothing when its exponent is beyond all that is ever
  /// stored.
  static std::optional<Decimal> parse(std::string_view number);

  /// Of the last digit: 2 in 0.25, 0 in 7, -2 in 300.
  std::int64_t last_place() const { return static_cast<std::int64_t>(digits.size()) - exponent; }
  /// The same value without a zero that may be left out: 0, or -0.25e-3.
  std::string to_text() const;
  /// Nothing when it is no integer, or beyond 64 bits.
  std::optional<std::int64_t> as_integer() const;
};

}  // namespace weir::pg_sink
