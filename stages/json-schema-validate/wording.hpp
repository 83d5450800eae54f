#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace weir::json_schema_validate {

/// The text in quotation marks, on one line, cut to what a person reads; what was cut shows as
/// three dots.
std::string in_quotes(std::string_view text);

/// Adds one token to a JSON Pointer, escaped as RFC 6901 asks.
void append_token(std::string& pointer, std::string_view token);

/// The pointer, or that of the nearest enclosing place whose pointer is short enough to be kept in
/// a header.
std::string bounded_pointer(std::string pointer);

/// Where the bytes stop being UTF-8; npos: nowhere.
std::size_t find_invalid_utf8(std::string_view bytes);

}  // namespace weir::json_schema_validate
