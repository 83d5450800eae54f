#include "document.hpp"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <cstdint>
#include <cstring>
#include <functional>
#include <limits>
#include <utility>

#include "pointer.hpp"

namespace weir::pg_sink {
namespace json = boost::json;

namespace {

using Error = json::error_code;

bool must_be_escaped(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

constexpr std::uint64_t eight_times(std::uint64_t byte) { return 0x0101010101010101U * byte; }

/// Not zero where one of eight bytes is below n, which is at most 128: it then borrows from its
/// highest bit.
constexpr std::uint64_t any_below(std::uint64_t bytes, std::uint64_t n) {
  return (bytes - eight_times(n)) & ~bytes & eight_times(0x80);
}

bool any_must_be_escaped(const char* eight) {
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, eight, sizeof bytes);
  return (any_below(bytes, 0x20) | any_below(bytes ^ eight_times('"'), 1) |
          any_below(bytes ^ eight_times('\\'), 1)) != 0;
}

std::size_t next_to_escape(std::string_view text, std::size_t from) {
  while (from + 8 <= text.size() && !any_must_be_escaped(text.data() + from)) from += 8;
  while (from < text.size() && !must_be_escaped(text[from])) ++from;
  return from;
}

}  // namespace

/// Hears the parser's events and writes the values down. The parser checks syntax and UTF-8.
struct Document::Handler {
  static constexpr std::size_t max_object_size = std::numeric_limits<std::uint32_t>::max();
  static constexpr std::size_t max_array_size = std::numeric_limits<std::uint32_t>::max();
  static constexpr std::size_t max_key_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_string_size = std::numeric_limits<std::size_t>::max();

  explicit Handler(Document& its_document) : document(&its_document) {}

  Document* document;
  std::vector<std::uint32_t> open{};  // the containers around the present place
  std::vector<std::string_view> names{};
  std::string_view name{};
  std::size_t part = 0;  // where the string or number under way starts
  std::string_view message{};
  bool in_parts = false;  // the string under way came in several
  std::optional<Unreadable> refusal{};

  bool refuse(Error& error, std::string code, std::string reason, std::string at) {
    refusal = Unreadable{std::move(code), std::move(reason), bounded(std::move(at))};
    error = json::error::exception;  // any: the refusal says more
    return false;
  }
  bool add(Kind kind, Error& error, std::string_view characters = {}, bool truth = false,
           bool plain = false) {
    auto& values = document->values_;
    if (values.size() == document->limits_.items) {
      return refuse(error, "too-many-items",
                    "the message holds more than " + std::to_string(values.size()) +
                        " values (limits.items); send smaller messages or raise the limit",
                    pointer());
    }
    values.push_back(
        {kind, truth, plain, static_cast<std::uint32_t>(values.size() + 1), name, characters});
    name = {};
    return true;
  }
  void more(json::string_view characters) {
    document->text_.append(characters.data(), characters.size());
  }
  std::string_view whole(json::string_view rest) {
    more(rest);
    const auto text = std::string_view(document->text_).substr(part);
    part = document->text_.size();
    return text;
  }
  bool begin(Kind kind, Error& error) {
    if (open.size() == document->limits_.depth) {
      return refuse(error, "too-deep",
                    "objects and lists are nested deeper than " + std::to_string(open.size()) +
                        " levels (limits.depth); send flatter messages or raise the limit",
                    pointer());
    }
    const auto place = static_cast<std::uint32_t>(document->values_.size());
    if (!add(kind, error)) return false;
    open.push_back(place);
    return true;
  }

  std::string pointer() const {
    std::string text;
    for (std::size_t i = 0; i < open.size(); ++i) {
      const Value& container = document->values_[open[i]];
      if (i > 0) append_part(text, place_in(open[i - 1], container));
    }
    return text;
  }
  std::string place_in(std::uint32_t parent, const Value& child) const {
    if (document->values_[parent].kind == Kind::object) return std::string(child.name);
    std::size_t place = 0;
    for (std::uint32_t i = parent + 1; &document->values_[i] != &child;
         i = document->values_[i].next)
      ++place;
    return std::to_string(place);
  }

  std::optional<std::string_view> name_that_stands_twice(std::uint32_t object) {
    names.clear();
    const auto& values = document->values_;
    for (std::uint32_t i = object + 1; i < values[object].next; i = values[i].next)
      names.push_back(values[i].name);
    if (names.size() <= 16) {  // comparing each pair is faster than sorting then
      for (std::size_t i = 1; i < names.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
          if (names[i] == names[j]) return names[i];
        }
      }
      return std::nullopt;
    }
    std::ranges::sort(names);
    const auto found = std::ranges::adjacent_find(names);
    return found == names.end() ? std::nullopt : std::optional(*found);
  }

  bool on_document_begin(Error&) { return true; }
  bool on_document_end(Error&) { return true; }
  bool on_object_begin(Error& error) { return begin(Kind::object, error); }
  bool on_array_begin(Error& error) { return begin(Kind::array, error); }
  bool on_array_end(std::size_t, Error&) {
    document->values_[open.back()].next = static_cast<std::uint32_t>(document->values_.size());
    open.pop_back();
    return true;
  }
  bool on_object_end(std::size_t, Error& error) {
    document->values_[open.back()].next = static_cast<std::uint32_t>(document->values_.size());
    if (const auto twice = name_that_stands_twice(open.back())) {
      std::string at = pointer();
      append_part(at, *twice);
      return refuse(error, "duplicate",
                    "a member stands twice in one object, and which one counts is not said",
                    std::move(at));
    }
    open.pop_back();
    return true;
  }
  bool on_key_part(json::string_view characters, std::size_t, Error&) {
    return more(characters), true;
  }
  bool on_key(json::string_view characters, std::size_t, Error&) {
    return name = whole(characters), true;
  }
  /// What stands between quotation marks in the message itself has no escape; what had one comes
  /// from a buffer of the parser.
  bool is_from_message(json::string_view characters) const {
    const std::less<const char*> before;
    return !before(characters.data(), message.data()) &&
           before(characters.data(), message.data() + message.size());
  }
  bool on_string_part(json::string_view characters, std::size_t, Error&) {
    in_parts = true;
    return more(characters), true;
  }
  bool on_string(json::string_view characters, std::size_t, Error& error) {
    const bool plain = !std::exchange(in_parts, false) && is_from_message(characters);
    return add(Kind::string, error, whole(characters), false, plain);
  }
  bool on_number_part(json::string_view characters, Error&) { return more(characters), true; }
  bool on_int64(std::int64_t, json::string_view characters, Error& error) {
    return add(Kind::number, error, whole(characters));
  }
  bool on_uint64(std::uint64_t, json::string_view characters, Error& error) {
    return add(Kind::number, error, whole(characters));
  }
  bool on_double(double, json::string_view characters, Error& error) {
    return add(Kind::number, error, whole(characters));
  }
  bool on_bool(bool truth, Error& error) { return add(Kind::boolean, error, {}, truth); }
  bool on_null(Error& error) { return add(Kind::null, error); }
  bool on_comment_part(json::string_view, Error&) { return true; }
  bool on_comment(json::string_view, Error&) { return true; }
};

struct Document::Parser {
  static json::parse_options options(std::size_t depth) {
    json::parse_options options;
    options.max_depth = depth + 1;  // the handler stops earlier, with a better text
    return options;
  }
  explicit Parser(Document& document) : json_parser(options(document.limits_.depth), document) {}
  json::basic_parser<Handler> json_parser;
};

Document::Document(const MessageLimits& limits)
    : limits_(limits), parser_(std::make_unique<Parser>(*this)) {}
Document::~Document() = default;

std::optional<Unreadable> Document::parse(std::string_view message) {
  values_.clear();
  text_.clear();
  if (message.size() > limits_.bytes) {
    return Unreadable{"too-large", "the message has " + std::to_string(message.size()) +
                                       " bytes, more than " + std::to_string(limits_.bytes) +
                                       " (limits.bytes); send smaller messages or raise the limit"};
  }
  // Decoded text is never longer than its source, so the string does not move while views into it
  // are made.
  text_.reserve(message.size());
  auto& parser = parser_->json_parser;
  parser.reset();
  Handler& handler = parser.handler();
  handler.open.clear();
  handler.name = {};
  handler.part = 0;
  handler.message = message;
  handler.in_parts = false;
  handler.refusal.reset();

  Error error;
  const std::size_t read = parser.write_some(false, message.data(), message.size(), error);
  if (handler.refusal) return std::move(handler.refusal);
  if (error == json::error::exponent_overflow) {
    return Unreadable{"number-range", "the exponent of the number before byte " +
                                          std::to_string(read) +
                                          " is larger than any that is read; send a smaller one"};
  }
  if (!error && read < message.size()) error = json::error::extra_data;
  if (error) {
    return Unreadable{
        "json", "the message is not JSON: " + error.message() + " at byte " + std::to_string(read)};
  }
  return std::nullopt;
}

const Value* Document::member(const Value& object, std::string_view name) const {
  if (object.kind != Kind::object) return nullptr;
  for (std::uint32_t i = index(object) + 1; i < object.next; i = values_[i].next) {
    if (values_[i].name == name) return &values_[i];
  }
  return nullptr;
}

void Document::write(const Value& value, std::string& out) const {
  switch (value.kind) {
    case Kind::null:
      out += "null";
      return;
    case Kind::boolean:
      out += value.truth ? "true" : "false";
      return;
    case Kind::number:
      out += value.text;
      return;
    case Kind::string:
      write_string(value.text, out);
      return;
    case Kind::object:
    case Kind::array:
      break;
  }
  const bool object = value.kind == Kind::object;
  out += object ? '{' : '[';
  const std::uint32_t first = index(value) + 1;
  for (std::uint32_t i = first; i < value.next; i = values_[i].next) {
    if (i != first) out += ',';
    if (object) {
      write_string(values_[i].name, out);
      out += ':';
    }
    write(values_[i], out);
  }
  out += object ? '}' : ']';
}

void write_string(std::string_view characters, std::string& out) {
  static constexpr char hex[] = "0123456789abcdef";
  out += '"';
  std::size_t plain = 0;  // start of what needs no escape
  for (;;) {
    const std::size_t end = next_to_escape(characters, plain);
    out.append(characters, plain, end - plain);
    if (end == characters.size()) break;
    plain = end + 1;
    const auto c = static_cast<unsigned char>(characters[end]);
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        out += "\\u00";
        out += hex[c >> 4];
        out += hex[c & 15];
    }
  }
  out += '"';
}

}  // namespace weir::pg_sink
