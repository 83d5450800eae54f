#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weir::pg_sink {

/// The parts of a JSON Pointer (RFC 6901); none of them for the whole document.
using Pointer = std::vector<std::string>;

/// Throws std::runtime_error when the text is not a pointer.
Pointer parse_pointer(std::string_view text);

/// Adds one part to a pointer's text, escaped.
void append_part(std::string& pointer, std::string_view part);

/// The pointer's text, or that of the nearest enclosing place which is short enough to be kept in a
/// header: member names may be as long as a message.
std::string bounded(std::string pointer);

std::string to_text(const Pointer& pointer);

}  // namespace weir::pg_sink
