#include "letter_reader.hpp"

#include <array>
#include <charconv>
#include <cstdio>
#include <ctime>
#include <utility>

namespace weir::dead_letter_log {
namespace {

constexpr int deepest = 100;  // of what is skipped: a letter itself has three levels
constexpr std::string_view base64_suffix = "_base64";

/// -1: no digit.
int base64_digit(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  return c == '/' ? 63 : -1;
}

bool append_decoded(std::string& out, std::string_view encoded) {
  while (encoded.ends_with('=')) encoded.remove_suffix(1);
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : encoded) {
    const int digit = base64_digit(c);
    if (digit < 0) return false;
    bits = bits << 6U | static_cast<std::uint32_t>(digit);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out += static_cast<char>(bits >> static_cast<unsigned>(count) & 0xFFU);
  }
  return true;
}

void append_utf8(std::string& out, std::uint32_t point) {
  const auto trail = [&](unsigned shift) {
    out += static_cast<char>(0x80U | (point >> shift & 0x3FU));
  };
  if (point < 0x80) {
    out += static_cast<char>(point);
  } else if (point < 0x800) {
    out += static_cast<char>(0xC0U | point >> 6U);
    trail(0);
  } else if (point < 0x10000) {
    out += static_cast<char>(0xE0U | point >> 12U);
    trail(6), trail(0);
  } else {
    out += static_cast<char>(0xF0U | point >> 18U);
    trail(12), trail(6), trail(0);
  }
}

}  // namespace

bool LetterReader::read(std::string_view line) {
  rest_ = line;
  bytes_.clear();
  bytes_.reserve(line.size());  // no text is longer than what it was written as
  headers_.clear();
  depth_ = 0;
  letter_ = {};
  letter_.size = sizeof letter_;
  letter_.message.position = letter_.message.time_us = letter_.written_us = -1;
  const bool whole = read_object([this](std::string_view name) { return read_member(name); });
  skip_space();
  if (!whole || !rest_.empty()) return false;
  letter_.message.headers = headers_.empty() ? nullptr : headers_.data();
  letter_.message.header_count = headers_.size();
  return letter_.origin.data != nullptr && letter_.message.position >= 0;
}

bool LetterReader::read_member(std::string_view name) {
  if (name == "position") return read_integer(letter_.message.position);
  if (name == "time") return read_time(letter_.message.time_us);
  if (name == "written_at") return read_time(letter_.written_us);
  if (name == "headers") return read_headers();
  bool known = false;
  const std::pair<std::string_view, weir_view*> texts[] = {
      {"origin", &letter_.origin},      {"stage", &letter_.stage},
      {"code", &letter_.code},          {"reason", &letter_.reason},
      {"pointer", &letter_.pointer},    {"key", &letter_.message.key},
      {"value", &letter_.message.value}};
  for (const auto& [wanted, out] : texts) {
    if (!read_text(name, wanted, *out, known)) return false;
    if (known) return true;
  }
  return skip_value();
}

/// Reads a text if it has the wanted name, with or without the suffix for bytes.
bool LetterReader::read_text(std::string_view name, std::string_view wanted, weir_view& out,
                             bool& known) {
  const bool base64 = name.ends_with(base64_suffix);
  if (base64) name.remove_suffix(base64_suffix.size());
  known = name == wanted;
  return !known || read_bytes(base64, out);
}

bool LetterReader::read_headers() {
  return take('[') && read_list(']', [this] { return read_header(); });
}

bool LetterReader::read_header() {
  weir_header header{};
  const bool whole = read_object([&](std::string_view name) {
    bool known = false;
    if (!read_text(name, "name", header.name, known)) return false;
    if (known) return true;
    if (!read_text(name, "value", header.value, known)) return false;
    return known || skip_value();
  });
  headers_.push_back(header);
  return whole;
}

bool LetterReader::read_bytes(bool base64, weir_view& out) {
  out = {nullptr, 0};
  if (take("null")) return true;
  std::string_view text;
  if (!read_string(text)) return false;
  if (base64) {
    // Decoded where it stands: the encoded text is not wanted any more, and is longer.
    const std::string encoded(text);
    bytes_.resize(static_cast<std::size_t>(text.data() - bytes_.data()));
    const std::size_t start = bytes_.size();
    if (!append_decoded(bytes_, encoded)) return false;
    text = std::string_view(bytes_).substr(start);
  }
  out = view(text);
  return true;
}

bool LetterReader::read_string(std::string_view& out) {
  if (!take('"')) return false;
  const std::size_t start = bytes_.size();
  for (;;) {
    const std::size_t plain = rest_.find_first_of("\"\\");
    if (plain == std::string_view::npos) return false;
    bytes_ += rest_.substr(0, plain);
    const bool ends = rest_[plain] == '"';
    rest_.remove_prefix(plain + 1);
    if (ends) break;
    if (!read_escape()) return false;
  }
  out = std::string_view(bytes_).substr(start);
  return true;
}

bool LetterReader::read_escape() {
  if (rest_.empty()) return false;
  const char c = rest_.front();
  rest_.remove_prefix(1);
  constexpr std::string_view letters = "\"\\/bfnrt", meant = "\"\\/\b\f\n\r\t";
  if (const std::size_t at = letters.find(c); at != std::string_view::npos) {
    bytes_ += meant[at];
    return true;
  }
  std::uint32_t point = 0;
  if (c != 'u' || !read_code_unit(point)) return false;
  if (point >= 0xD800 && point < 0xDC00) {  // the first half of a pair
    std::uint32_t second = 0;
    if (!rest_.starts_with("\\u")) return false;
    rest_.remove_prefix(2);
    if (!read_code_unit(second) || second < 0xDC00 || second > 0xDFFF) return false;
    point = 0x10000 + ((point - 0xD800) << 10U) + (second - 0xDC00);
  }
  append_utf8(bytes_, point);
  return true;
}

bool LetterReader::read_code_unit(std::uint32_t& unit) {
  if (rest_.size() < 4) return false;
  const char* end = rest_.data() + 4;
  const bool digits = std::from_chars(rest_.data(), end, unit, 16).ptr == end;
  rest_.remove_prefix(4);
  return digits;
}

bool LetterReader::read_integer(std::int64_t& out) {
  skip_space();
  const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), out);
  if (error != std::errc{}) return false;
  rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
  return true;
}

/// As append_letter() writes it; null is -1.
bool LetterReader::read_time(std::int64_t& us) {
  us = -1;
  if (take("null")) return true;
  std::string_view text;
  if (!read_string(text)) return false;
  std::tm parts{};
  int fraction = 0;
  char zone = 0;
  const std::string copy(text);
  const int read =
      std::sscanf(copy.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d.%6d%c", &parts.tm_year, &parts.tm_mon,
                  &parts.tm_mday, &parts.tm_hour, &parts.tm_min, &parts.tm_sec, &fraction, &zone);
  if (read != 8 || zone != 'Z') return false;
  parts.tm_year -= 1900;
  parts.tm_mon -= 1;
  us = std::int64_t{timegm(&parts)} * 1'000'000 + fraction;
  return true;
}

bool LetterReader::skip_value() {
  skip_space();
  if (rest_.empty()) return false;
  if (rest_.front() == '"') {
    std::string_view ignored;
    return read_string(ignored);
  }
  if (take('{')) return skip_container('}');
  if (take('[')) return skip_container(']');
  const std::size_t size = std::min(rest_.find_first_of(",]} "), rest_.size());
  rest_.remove_prefix(size);
  return size > 0;
}

bool LetterReader::skip_container(char close) {
  if (++depth_ > deepest) return false;
  const bool whole = read_list(close, [this, close] {
    std::string_view ignored;
    return (close == ']' || (read_string(ignored) && take(':'))) && skip_value();
  });
  --depth_;
  return whole;
}

template <class Each>
bool LetterReader::read_object(Each each) {
  return take('{') && read_list('}', [&] {
           std::string_view name;
           return read_string(name) && take(':') && each(name);
         });
}

/// The elements of a container whose opening bracket was taken.
template <class Each>
bool LetterReader::read_list(char close, Each each) {
  if (take(close)) return true;
  do {
    if (!each()) return false;
  } while (take(','));
  return take(close);
}

void LetterReader::skip_space() {
  rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r"), rest_.size()));
}

bool LetterReader::take(char expected) {
  skip_space();
  if (!rest_.starts_with(expected)) return false;
  rest_.remove_prefix(1);
  return true;
}

bool LetterReader::take(std::string_view word) {
  skip_space();
  if (!rest_.starts_with(word)) return false;
  rest_.remove_prefix(word.size());
  return true;
}

}  // namespace weir::dead_letter_log
