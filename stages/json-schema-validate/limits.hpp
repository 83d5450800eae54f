#pragma once

#include <cstddef>

namespace weir::json_schema_validate {

/// What no message may exceed; the defaults are those of the stage's configuration.
struct Limits {
  std::size_t bytes = std::size_t{1} << 20;    ///< of a whole message
  std::size_t depth = 32;                      ///< of nested objects and lists
  std::size_t items = 10'000;                  ///< values in all
  std::size_t members = 1'000;                 ///< of one object
  std::size_t string = std::size_t{64} << 10;  ///< bytes of one string or member name
  std::size_t steps = 1'000'000;  ///< of checking it; one is about a value and a keyword

  bool operator==(const Limits&) const = default;
};

}  // namespace weir::json_schema_validate
