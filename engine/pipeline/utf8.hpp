#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace weir {

/// One character of a text. `size` 0: the bytes at that place are not UTF-8.
struct Character {
  char32_t code = 0;
  std::size_t size = 0;
};

/// The character at `at`, which lies inside `text`. Overlong forms and surrogates are not UTF-8.
/// [any]
Character character_at(std::string_view text, std::size_t at);

/// The place of the first byte that is not UTF-8; the text's size when there is none. [any]
std::size_t find_invalid_utf8(std::string_view text);

/// Fit to be printed: control characters and what redirects a terminal's text are shown as \x1b or
/// \u{202e}, a byte that is not UTF-8 as \xff. [any]
std::string printable(std::string_view text);

/// The first `size` bytes, or a few less so that no character is cut. [any]
std::string_view cut(std::string_view text, std::size_t size);

}  // namespace weir
