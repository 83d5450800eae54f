/// A small JSON reader and writer for tests: it keeps each number's text, and the order of members.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::testing {

/// One JSON value. A plain value type.
struct Json {
  enum class Kind { null, boolean, number, text, array, object };

  Kind kind = Kind::null;
  bool truth = false;         ///< of a boolean
  std::string text{};         ///< of a text, decoded; of a number, as it was written
  std::vector<Json> items{};  ///< of an array
  std::vector<std::pair<std::string, Json>> members{};  ///< of an object, in their order

  bool operator==(const Json&) const = default;

  /// The last member of that name, or nullptr.
  const Json* member(std::string_view name) const {
    for (std::size_t i = members.size(); i-- > 0;) {
      if (members[i].first == name) return &members[i].second;
    }
    return nullptr;
  }
  Json* member(std::string_view name) {
    return const_cast<Json*>(static_cast<const Json&>(*this).member(name));
  }

  /// What an RFC 6901 pointer names, or nullptr.
  const Json* at(std::string_view pointer) const;
};

namespace detail {

/// One token of a JSON Pointer with ~1 and ~0 undone.
inline std::string unescaped_token(std::string_view token) {
  std::string name;
  for (std::size_t i = 0; i < token.size(); ++i) {
    if (token[i] == '~' && i + 1 < token.size() && (token[i + 1] == '0' || token[i + 1] == '1')) {
      name += token[++i] == '0' ? '~' : '/';
    } else {
      name += token[i];
    }
  }
  return name;
}

inline const Json* item(const Json& array, const std::string& name) {
  if (name.empty() || name.size() > 9 ||
      name.find_first_not_of("0123456789") != std::string::npos) {
    return nullptr;
  }
  const std::size_t index = std::stoul(name);
  return index < array.items.size() ? &array.items[index] : nullptr;
}

class JsonReader {
 public:
  explicit JsonReader(std::string_view text) : text_(text) {}

  Json whole() {
    Json value = read(0);
    space();
    if (at_ != text_.size()) refuse("something stands after the value");
    return value;
  }

 private:
  static constexpr int deepest = 64;

  [[noreturn]] void refuse(const std::string& why) const {
    throw std::invalid_argument("not JSON: " + why + ", at byte " + std::to_string(at_) + " of `" +
                                std::string(text_.substr(0, 200)) + "`; mend the text");
  }
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void space() {
    while (at_ < text_.size() &&
           std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos)
      ++at_;
  }
  bool take(char wanted) {
    space();
    if (peek() != wanted) return false;
    ++at_;
    return true;
  }
  void need(char wanted) {
    if (!take(wanted)) refuse(std::string("there is no `") + wanted + "`");
  }

  Json read(int depth) {
    if (depth > deepest) refuse("it is nested too deep");
    space();
    switch (peek()) {
      case '{':
        return object(depth);
      case '[':
        return array(depth);
      case '"':
        return {.kind = Json::Kind::text, .text = string()};
      case 't':
        return word("true", {.kind = Json::Kind::boolean, .truth = true});
      case 'f':
        return word("false", {.kind = Json::Kind::boolean});
      case 'n':
        return word("null", {});
      default:
        return number();
    }
  }

  Json word(std::string_view name, Json value) {
    if (text_.substr(at_, name.size()) != name) refuse("an unknown word");
    at_ += name.size();
    return value;
  }

  Json object(int depth) {
    Json value{.kind = Json::Kind::object};
    need('{');
    if (take('}')) return value;
    do {
      space();
      if (peek() != '"') refuse("a member has no name");
      std::string name = string();
      need(':');
      value.members.emplace_back(std::move(name), read(depth + 1));
    } while (take(','));
    need('}');
    return value;
  }

  Json array(int depth) {
    Json value{.kind = Json::Kind::array};
    need('[');
    if (take(']')) return value;
    do {
      value.items.push_back(read(depth + 1));
    } while (take(','));
    need(']');
    return value;
  }

  void digits() {
    if (peek() < '0' || peek() > '9') refuse("a digit is missing");
    while (peek() >= '0' && peek() <= '9') ++at_;
  }

  Json number() {
    const std::size_t start = at_;
    if (peek() == '-') ++at_;
    if (peek() == '0') {
      ++at_;
    } else {
      digits();
    }
    if (peek() == '.') {
      ++at_;
      digits();
    }
    if (peek() == 'e' || peek() == 'E') {
      ++at_;
      if (peek() == '+' || peek() == '-') ++at_;
      digits();
    }
    return {.kind = Json::Kind::number, .text = std::string(text_.substr(start, at_ - start))};
  }

  std::uint32_t hex() {
    const std::string four(text_.substr(at_, 4));
    if (four.size() != 4 || four.find_first_not_of("0123456789abcdefABCDEF") != std::string::npos) {
      refuse("\\u needs four hexadecimal digits");
    }
    at_ += 4;
    return static_cast<std::uint32_t>(std::stoul(four, nullptr, 16));
  }

  /// The code point behind \u, two of them where it is a surrogate pair.
  std::uint32_t code_point() {
    const std::uint32_t first = hex();
    if (first < 0xD800 || first > 0xDFFF) return first;
    if (first > 0xDBFF || text_.substr(at_, 2) != "\\u") refuse("a lone surrogate");
    at_ += 2;
    const std::uint32_t second = hex();
    if (second < 0xDC00 || second > 0xDFFF) refuse("a lone surrogate");
    return 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
  }

  static void append(std::string& out, std::uint32_t point) {
    const auto byte = [&out](std::uint32_t bits) { out += static_cast<char>(bits); };
    if (point < 0x80) {
      byte(point);
    } else if (point < 0x800) {
      byte(0xC0 | (point >> 6));
      byte(0x80 | (point & 0x3F));
    } else if (point < 0x10000) {
      byte(0xE0 | (point >> 12));
      byte(0x80 | ((point >> 6) & 0x3F));
      byte(0x80 | (point & 0x3F));
    } else {
      byte(0xF0 | (point >> 18));
      byte(0x80 | ((point >> 12) & 0x3F));
      byte(0x80 | ((point >> 6) & 0x3F));
      byte(0x80 | (point & 0x3F));
    }
  }

  std::string string() {
    std::string out;
    for (++at_; peek() != '"';) {
      if (at_ >= text_.size()) refuse("a text has no end");
      const char c = text_[at_++];
      if (static_cast<unsigned char>(c) < 0x20) refuse("a control character in a text");
      if (c == '\\') {
        escape(out);
      } else {
        out += c;
      }
    }
    ++at_;
    return out;
  }

  void escape(std::string& out) {
    constexpr std::string_view names = "\"\\/bfnrt";
    constexpr std::string_view meant = "\"\\/\b\f\n\r\t";
    const char c = peek();
    ++at_;
    if (c == 'u') return append(out, code_point());
    const std::size_t place = names.find(c);
    if (c == '\0' || place == std::string_view::npos) refuse("an unknown escape");
    out += meant[place];
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

inline void write_text(std::string& out, std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      (out += '\\') += c;
    } else if (byte < 0x20) {
      ((out += "\\u00") += digits[byte >> 4]) += digits[byte & 0xF];
    } else {
      out += c;
    }
  }
  out += '"';
}

inline void write(std::string& out, const Json& value) {
  switch (value.kind) {
    case Json::Kind::null:
      out += "null";
      return;
    case Json::Kind::boolean:
      out += value.truth ? "true" : "false";
      return;
    case Json::Kind::number:
      out += value.text;
      return;
    case Json::Kind::text:
      write_text(out, value.text);
      return;
    case Json::Kind::array: {
      const char* before = "[";
      for (const Json& item : value.items) {
        out += std::exchange(before, ",");
        write(out, item);
      }
      out += value.items.empty() ? "[]" : "]";
      return;
    }
    case Json::Kind::object: {
      const char* before = "{";
      for (const auto& [name, member] : value.members) {
        out += std::exchange(before, ",");
        write_text(out, name);
        out += ':';
        write(out, member);
      }
      out += value.members.empty() ? "{}" : "}";
      return;
    }
  }
}

}  // namespace detail

inline const Json* Json::at(std::string_view pointer) const {
  const Json* here = this;
  while (!pointer.empty() && here != nullptr) {
    if (pointer.front() != '/') return nullptr;
    const std::size_t end = std::min(pointer.find('/', 1), pointer.size());
    const std::string name = detail::unescaped_token(pointer.substr(1, end - 1));
    pointer.remove_prefix(end);
    here = here->kind == Kind::array ? detail::item(*here, name) : here->member(name);
  }
  return here;
}

/// Throws std::invalid_argument with the place of the first error.
inline Json read_json(std::string_view text) { return detail::JsonReader(text).whole(); }

inline std::string write_json(const Json& value) {
  std::string out;
  detail::write(out, value);
  return out;
}

}  // namespace weir::testing
