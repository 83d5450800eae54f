#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

namespace weir::json_schema_validate {

/// The nearest double to a JSON number's text; nothing when it is too large, or so small that it
/// would become zero.
std::optional<double> read_double(std::string_view text);

/// The double that stands for `text` when it is compared: `nearest`, or the next one on the text's
/// side where the text says more than a double holds. So 1.00000000000000000001 is no integer, is
/// more than 1 and is not equal to it.
double told_apart(std::string_view text, double nearest);

/// The value of a JSON number's text if it is a whole number within 64 bits, however it is written:
/// 12, 12.0, 1.2e1.
std::optional<std::int64_t> read_whole(std::string_view text);

/// What a JSON number's text with a point or an exponent stands for: a whole number where it is
/// one, or else `told_apart`. Nothing: it is beyond doubles, or has neither and is beyond 64 bits.
std::optional<std::variant<std::int64_t, double>> read_decimal(std::string_view text);

/// A number as digits times a power of ten: what the shortest text says that a double is read back
/// from.
struct Decimal {
  bool negative = false;
  std::uint64_t digits = 0;
  int exponent = 0;

  static Decimal from(double value);
  static Decimal from(std::int64_t value);
  bool operator==(const Decimal&) const = default;
};

/// Exact on decimals, so that 19.99 is a multiple of 0.01. The divisor is not zero.
bool is_multiple(const Decimal& value, const Decimal& divisor);

}  // namespace weir::json_schema_validate
