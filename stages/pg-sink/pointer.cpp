#include "pointer.hpp"

#include <stdexcept>

namespace weir::pg_sink {

Pointer parse_pointer(std::string_view text) {
  Pointer parts;
  if (text.empty()) return parts;
  const auto refuse = [&](const char* why) {
    throw std::runtime_error("\"" + std::string(text) + "\" is not a JSON Pointer: " + why +
                             "; write it like /delivery/city");
  };
  if (text.front() != '/') refuse("it does not start with /");
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '/') {
      parts.emplace_back();
    } else if (text[i] != '~') {
      parts.back() += text[i];
    } else if (i + 1 < text.size() && (text[i + 1] == '0' || text[i + 1] == '1')) {
      parts.back() += text[++i] == '0' ? '~' : '/';
    } else {
      refuse("~ is followed by neither 0 nor 1");
    }
  }
  return parts;
}

void append_part(std::string& pointer, std::string_view part) {
  pointer += '/';
  for (const char c : part) {
    if (c == '~') {
      pointer += "~0";
    } else if (c == '/') {
      pointer += "~1";
    } else {
      pointer += c;
    }
  }
}

std::string bounded(std::string pointer) {
  constexpr std::size_t longest = 1'024;  // bytes
  while (pointer.size() > longest) pointer.resize(pointer.rfind('/'));
  return pointer;
}

std::string to_text(const Pointer& pointer) {
  std::string text;
  for (const std::string& part : pointer) append_part(text, part);
  return text;
}

}  // namespace weir::pg_sink
