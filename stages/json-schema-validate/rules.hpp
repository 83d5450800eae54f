#pragma once

#include <re2/re2.h>

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <valijson/internal/adapter.hpp>
#include <vector>

#include "formats.hpp"
#include "numbers.hpp"
#include "steps.hpp"

namespace weir::json_schema_validate {

/// The kinds that the keyword `type` names; bits of a mask.
enum Kind : std::uint8_t {
  kind_null = 1,
  kind_boolean = 2,
  kind_integer = 4,
  kind_fraction = 8,  // a number that is not whole: "number" is this and kind_integer
  kind_string = 16,
  kind_array = 32,
  kind_object = 64,
  kind_any = 127
};

/// What one place of a schema asks of the value itself. How values and schemas are nested is
/// valijson's part; these keywords are not, because there `pattern` and `format` can kill the
/// process, `uniqueItems` is quadratic, whole numbers beyond 2^53 compare equal, 19.99 is no
/// multiple of 0.01, and no message says what was expected. Immutable when built, so shared by all
/// workers.
struct Rules {
  struct Bound {
    long double value;  // holds each int64 and each double exactly
    std::string text;
  };

  std::uint8_t kinds = kind_any;
  std::string kinds_text;  // "an integer or null"
  std::optional<Bound> minimum, maximum;
  std::optional<Bound> exclusive_minimum, exclusive_maximum;
  std::optional<Decimal> multiple_of;
  std::string multiple_text;
  std::optional<std::uint64_t> min_length, max_length;  // characters
  std::optional<std::uint64_t> min_items, max_items;
  std::optional<std::uint64_t> min_properties, max_properties;
  bool unique_items = false;
  std::vector<std::string>
      allowed;  // enum and const, in canonical form, sorted; used if `allowed_text` is not empty
  std::string allowed_text;
  std::unique_ptr<const RE2> pattern;
  std::optional<Format> format;
  /// Members whose schemas ask for nothing but rules: valijson would take three times as long for
  /// each.
  std::unordered_map<std::string, const Rules*> members;
  const Rules* names = nullptr;  // what propertyNames asks for, if that is nothing but rules

  struct Complaint {
    std::vector<std::string> members;  // the way from the value to the fault, innermost first
    std::string reason;                // what must be there, and what is
  };

  /// On false, `complaint` (may be null) tells a person why. Throws Steps::Exhausted.
  bool accept(const valijson::adapters::Adapter& value, Complaint* complaint, Steps& steps) const;

 private:
  bool accept_number(const valijson::adapters::Adapter& value, Complaint* complaint) const;
  bool accept_string(const valijson::adapters::Adapter& value, Complaint* complaint,
                     Steps& steps) const;
  bool accept_array(const valijson::adapters::Adapter& value, Complaint* complaint,
                    Steps& steps) const;
  bool accept_object(const valijson::adapters::Adapter& value, Complaint* complaint,
                     Steps& steps) const;
};

static_assert(std::numeric_limits<long double>::digits >= 64, "bounds need 64 bits of precision");

/// One text for each value, equal if and only if the values are (numbers by value, members in any
/// order).
std::string canonical(const valijson::adapters::Adapter& value);
std::string canonical(std::string_view text);
std::string canonical(std::int64_t number);
std::string canonical(double number);

/// The characters of a text, which is UTF-8.
std::uint64_t characters(std::string_view text);

/// The value as a person reads it: `the string "12"`, `an object`, `1.5`.
std::string describe(const valijson::adapters::Adapter& value);

}  // namespace weir::json_schema_validate
