#include "engine/pipeline/document.hpp"

#include "engine/pipeline/utf8.hpp"

#include <charconv>
#include <cstdio>

namespace weir {
namespace {

constexpr std::size_t longest_shown = 60;  // bytes of a value in an error text

void append_json_text(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(c));
      out += escape;
    } else {
      out += c;
    }
  }
  out += '"';
}

void append_json(std::string& out, const Node& node) {
  switch (node.kind) {
    case Kind::null:
    case Kind::broken:
      out += "null";
      return;
    case Kind::boolean:
    case Kind::integer:
    case Kind::real:
      out += node.text;
      return;
    case Kind::text:
      append_json_text(out, node.text);
      return;
    case Kind::list:
      out += '[';
      for (const Node& item : node.items) {
        if (&item != &node.items.front()) out += ',';
        append_json(out, item);
      }
      out += ']';
      return;
    case Kind::map:
      out += '{';
      for (const Member& member : node.members) {
        if (&member != &node.members.front()) out += ',';
        append_json_text(out, member.key);
        out += ':';
        append_json(out, member.value);
      }
      out += '}';
      return;
  }
}

}  // namespace

const Member* Node::find(std::string_view key) const {
  for (const Member& member : members) {
    if (member.key == key) return &member;
  }
  return nullptr;
}

std::int64_t Node::integer() const {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::string to_json(const Node& node) {
  std::string out;
  append_json(out, node);
  return out;
}

std::string in_quotes(std::string_view text) {
  const std::string_view shown = cut(text, longest_shown);
  return '"' + printable(shown) + (shown.size() < text.size() ? "…\"" : "\"");
}

namespace {

std::string kind_and_value(const Node& node) {
  const std::string value = node.substituted ? "from " + in_quotes(node.written)
                                             : printable(cut(node.written, longest_shown));
  switch (node.kind) {
    case Kind::null:
      return "empty";
    case Kind::broken:
      return "unreadable";
    case Kind::boolean:
      return node.substituted ? "true or false, " + value : value;
    case Kind::integer:
      return node.substituted ? "an integer, " + value : "the integer " + value;
    case Kind::real:
      return node.substituted ? "a number, " + value : "the number " + value;
    case Kind::text:
      return node.substituted ? "a text, " + value : "the text " + in_quotes(node.text);
    case Kind::list:
      return "a list";
    case Kind::map:
      return "a map";
  }
  return "unreadable";
}

}  // namespace

std::string describe(const Node& node) {
  return kind_and_value(node) + (node.defaulted ? ", the schema's own default" : "");
}

}  // namespace weir
