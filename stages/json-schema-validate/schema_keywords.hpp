#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace weir::json_schema_validate {

/// Why a schema with this keyword cannot be kept, and what to do; nothing: it is one of draft-07
/// that is.
std::optional<std::string> fault_of_keyword(std::string_view name);

/// It says something to people, and nothing about what is valid.
bool is_annotation(std::string_view name);

/// What an annotation's value must be, where this one is not; nothing: it is fit, or no annotation.
std::optional<std::string_view> fault_of_annotation(std::string_view name,
                                                    const boost::json::value& value);

}  // namespace weir::json_schema_validate
