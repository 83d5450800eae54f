#include "engine/web/query.hpp"

#include <algorithm>

namespace weir::web {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::string> decoded(std::string_view text) {
  std::string plain;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      plain += text[at] == '+' ? ' ' : text[at];
      continue;
    }
    const int high = at + 2 < text.size() ? hex_digit(text[at + 1]) : -1;
    const int low = at + 2 < text.size() ? hex_digit(text[at + 2]) : -1;
    if (high < 0 || low < 0) return std::nullopt;
    plain += static_cast<char>(high * 16 + low);
    at += 2;
  }
  return plain;
}

}  // namespace

std::optional<Refusal> Query::read(std::string_view query) {
  members_.clear();
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view member = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (member.empty()) continue;
    const std::size_t equals = std::min(member.find('='), member.size());
    auto name = decoded(member.substr(0, equals));
    auto value = decoded(member.substr(std::min(equals + 1, member.size())));
    if (!name || !value)
      return Refusal{400,
                     "the query has a '%' without two hexadecimal digits behind it; write a plain "
                     "'%' as %25"};
    members_.emplace_back(std::move(*name), std::move(*value));
  }
  return std::nullopt;
}

std::optional<std::string> Query::find(std::string_view name) const {
  const auto found = std::ranges::find(members_, name, &std::pair<std::string, std::string>::first);
  return found == members_.end() ? std::nullopt : std::optional(found->second);
}

std::string escaped(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string safe;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == '.' || c == '~';
    if (plain) {
      safe += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    safe += '%';
    safe += digits[byte >> 4U];
    safe += digits[byte & 15U];
  }
  return safe;
}

}  // namespace weir::web
