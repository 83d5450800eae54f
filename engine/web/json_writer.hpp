#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// JSON written straight into a text, for what is answered by the thousand: Poco's objects take ten
/// times as long.
namespace weir::web {

/// A text in quotes, with U+FFFD for each byte that is not UTF-8.
void append_json(std::string& out, std::string_view text);

/// Bytes in base64, in quotes.
void append_base64(std::string& out, std::string_view bytes);

}  // namespace weir::web
