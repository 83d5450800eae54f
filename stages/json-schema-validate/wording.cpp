#include "wording.hpp"

namespace weir::json_schema_validate {
namespace {

constexpr std::size_t longest_quote = 80;       // bytes: about one line of a terminal
constexpr std::size_t longest_pointer = 1'024;  // bytes

bool continues(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

/// Bytes of the UTF-8 sequence at the start of `bytes`; 0: it is not one (RFC 3629).
std::size_t sequence_length(std::string_view bytes) {
  const auto lead = static_cast<unsigned char>(bytes[0]);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || bytes.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if (!continues(bytes[i])) return 0;
  }
  const auto second = static_cast<unsigned char>(bytes[1]);
  const bool overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
  const bool surrogate = lead == 0xED && second > 0x9F;
  const bool beyond = lead == 0xF4 && second > 0x8F;
  return overlong || surrogate || beyond ? 0 : length;
}

}  // namespace

std::string in_quotes(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  const bool cut = text.size() > longest_quote;
  if (cut) {
    std::size_t end = longest_quote;
    while (end > 0 && continues(text[end])) --end;
    text = text.substr(0, end);
  }
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7F) {
      out += "\\u00";
      out += digits[byte >> 4U];
      out += digits[byte & 0xFU];
    } else {
      out += c;
    }
  }
  return out + (cut ? "…\"" : "\"");
}

void append_token(std::string& pointer, std::string_view token) {
  pointer += '/';
  for (const char c : token) {
    if (c == '~') {
      pointer += "~0";
    } else if (c == '/') {
      pointer += "~1";
    } else {
      pointer += c;
    }
  }
}

std::string bounded_pointer(std::string pointer) {
  while (pointer.size() > longest_pointer) pointer.resize(pointer.rfind('/'));
  return pointer;
}

std::size_t find_invalid_utf8(std::string_view bytes) {
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t length = sequence_length(bytes.substr(at));
    if (length == 0) return at;
    at += length;
  }
  return std::string_view::npos;
}

}  // namespace weir::json_schema_validate
