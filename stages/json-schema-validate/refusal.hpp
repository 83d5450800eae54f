#pragma once

#include <optional>
#include <string>

namespace weir::json_schema_validate {

/// Why a message may not pass: the code for machines, the reason for people, the place where there
/// is one.
struct Refusal {
  std::string code;
  std::string reason;
  std::optional<std::string> pointer;  ///< RFC 6901, into the value

  bool operator==(const Refusal&) const = default;
};

}  // namespace weir::json_schema_validate
