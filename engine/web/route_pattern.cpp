#include "engine/web/route_pattern.hpp"

#include <algorithm>
#include <stdexcept>

namespace weir::web {
namespace {

bool is_word(std::string_view text, std::string_view others) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           others.find(c) != std::string_view::npos;
  });
}

/// First segments that belong to the engine, now or soon.
constexpr std::string_view reserved[] = {"api", "metrics", "healthz", "readyz", "openapi.yaml"};

}  // namespace

RoutePattern::RoutePattern(std::string_view text) : text_(text) {
  if (!text.starts_with('/') || text.size() < 2)
    refuse("a route starts with a slash and has at least one segment");
  while (!text.empty()) {
    text.remove_prefix(1);  // the slash
    const std::size_t end = std::min(text.find('/'), text.size());
    add_segment(text.substr(0, end));
    text.remove_prefix(end);
  }
  if (segments_.front().name)
    refuse("its first segment is a {name} and would hide the page; begin with a word");
  const auto* taken = std::find(std::begin(reserved), std::end(reserved), segments_.front().text);
  if (taken != std::end(reserved))
    refuse("its first segment is a word that the engine serves itself; take another");
}

void RoutePattern::add_segment(std::string_view segment) {
  if (segment.starts_with('{') && segment.ends_with('}')) {
    const std::string_view name = segment.substr(1, segment.size() - 2);
    if (!is_word(name, "_")) refuse("a {name} is made of letters, digits and '_'");
    const auto same = [&](const Segment& other) { return other.name && other.text == name; };
    if (std::any_of(segments_.begin(), segments_.end(), same))
      refuse("a {name} stands in it twice");
    segments_.push_back({.name = true, .text = std::string(name)});
    shape_ += "/{}";  // '{' sorts behind all characters of a literal
  } else {
    if (!is_word(segment, "-._"))
      refuse("a segment is a {name}, or letters, digits, '-', '.' and '_'");
    if (segment == "." || segment == "..")
      refuse("'.' and '..' are no segments: clients resolve them");
    segments_.push_back({.name = false, .text = std::string(segment)});
    shape_.append("/").append(segment);
  }
}

void RoutePattern::refuse(std::string_view why) const {
  throw std::invalid_argument("the route '" + text_ + "' cannot be served: " + std::string(why));
}

bool RoutePattern::matches(const Target& target) const {
  if (target.size() != segments_.size()) return false;
  for (std::size_t index = 0; index < segments_.size(); ++index)
    if (!segments_[index].name && segments_[index].text != target.segment(index)) return false;
  return true;
}

void RoutePattern::values(const Target& target, std::vector<std::string_view>& out) const {
  out.clear();
  for (std::size_t index = 0; index < segments_.size(); ++index)
    if (segments_[index].name) out.push_back(target.segment(index));
}

}  // namespace weir::web
