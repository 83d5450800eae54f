#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace weir::json_schema_validate {

/// Why a schema with this keyword cannot be kept, and what to do; nothing: it is one of draft-07
/// that is.
std::optional<std::string> fault_of_keyword(std::string_view name);

/// It says something to people, and nothing about what is valid.
bool is_annotation(std::string_view name);

}  // namespace weir::json_schema_validate
