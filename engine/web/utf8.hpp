#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace weir::web {

/// Bytes of the well-formed UTF-8 character that `text` starts with; 0 where there is none (RFC
/// 3629: no surrogates, no overlong forms).
std::size_t utf8_character(std::string_view text);

bool is_utf8(std::string_view text);

/// The text with U+FFFD for each byte that is not UTF-8: what JSON may carry.
std::string to_utf8(std::string_view text);

}  // namespace weir::web
