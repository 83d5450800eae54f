#include "engine/pipeline/utf8.hpp"

namespace weir {
namespace {

constexpr char digits[] = "0123456789abcdef";

/// Characters without a shape of their own that change how others are shown.
bool invisible(char32_t code) {
  return (code >= 0x80 && code < 0xA0) || (code >= 0x200B && code <= 0x200F) ||
         (code >= 0x2028 && code <= 0x202E) || (code >= 0x2060 && code <= 0x2069) || code == 0xFEFF;
}

void append_byte(std::string& out, unsigned char byte) {
  out += "\\x";
  out += digits[byte >> 4];
  out += digits[byte & 15];
}

void append_escaped(std::string& out, char32_t code) {
  if (code == '\t') {
    out += "\\t";
  } else if (code < 0x80) {
    append_byte(out, static_cast<unsigned char>(code));
  } else {
    std::string hex;
    for (; code != 0; code >>= 4) hex.insert(hex.begin(), digits[code & 15]);
    out += "\\u{" + hex + "}";
  }
}

}  // namespace

Character character_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return {first, 1};
  const std::size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() - at < size) return {};
  char32_t code = first & (0xFFU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    code = (code << 6) | (byte(i) & 0x3FU);
  }
  const bool overlong = (size == 3 && code < 0x800) || (size == 4 && code < 0x10000);
  const bool surrogate = code >= 0xD800 && code < 0xE000;
  if (overlong || surrogate || code > 0x10FFFF) return {};
  return {code, size};
}

std::size_t find_invalid_utf8(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t size = character_at(text, at).size;
    if (size == 0) return at;
    at += size;
  }
  return at;
}

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const auto [code, size] = character_at(text, at);
    if (size == 0) {
      append_byte(out, static_cast<unsigned char>(text[at]));
      ++at;
      continue;
    }
    if (code < 0x20 || code == 0x7F || invisible(code)) {
      append_escaped(out, code);
    } else {
      out.append(text, at, size);
    }
    at += size;
  }
  return out;
}

std::string_view cut(std::string_view text, std::size_t size) {
  if (text.size() <= size) return text;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
  return text.substr(0, size);
}

}  // namespace weir
