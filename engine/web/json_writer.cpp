#include "engine/web/json_writer.hpp"

#include "engine/web/utf8.hpp"

#include <algorithm>

namespace weir::web {
namespace {

void append_escaped(std::string& out, char c) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  constexpr std::string_view plain = "\"\\\b\f\n\r\t", meant = "\"\\bfnrt";
  if (const auto at = plain.find(c); at != std::string_view::npos) {
    out += '\\';
    out += meant[at];
    return;
  }
  const auto byte = static_cast<unsigned char>(c);
  out += "\\u00";
  out += digits[byte >> 4U];
  out += digits[byte & 15U];
}

void append_utf8(std::string& out, std::string_view text) {
  const auto stands_for_itself = [](char c) {
    return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\';
  };
  while (!text.empty()) {
    const auto end = std::ranges::find_if_not(text, stands_for_itself);
    const auto size = static_cast<std::size_t>(end - text.begin());
    out += text.substr(0, size);
    if (size < text.size()) append_escaped(out, text[size]);
    text.remove_prefix(std::min(size + 1, text.size()));
  }
}

}  // namespace

void append_json(std::string& out, std::string_view text) {
  out += '"';
  if (is_utf8(text)) {
    append_utf8(out, text);
  } else {
    append_utf8(out, to_utf8(text));
  }
  out += '"';
}

void append_base64(std::string& out, std::string_view bytes) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  out += '"';
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::string_view group = bytes.substr(at, 3);
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i)
      bits = bits << 8U | (i < group.size() ? static_cast<unsigned char>(group[i]) : 0U);
    for (std::size_t i = 0; i < 4; ++i)
      out += i <= group.size() ? digits[bits >> (18U - 6U * i) & 0x3FU] : '=';
  }
  out += '"';
}

}  // namespace weir::web
