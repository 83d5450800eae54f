#include "letter.hpp"

#include <array>
#include <cstdio>
#include <ctime>
#include <optional>
#include <span>

namespace weir::dead_letter_log {
namespace {

bool is_utf8(std::string_view bytes) {
  for (std::size_t at = 0; at < bytes.size();) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[at + i]); };
    const unsigned lead = byte(0);
    if (lead < 0x80) {
      ++at;
      continue;
    }
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || bytes.size() - at < length) return false;
    for (std::size_t i = 1; i < length; ++i) {
      if ((byte(i) & 0xC0U) != 0x80U) return false;
    }
    const unsigned second = byte(1);
    const bool overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
    const bool surrogate = lead == 0xED && second > 0x9F;
    if (overlong || surrogate || (lead == 0xF4 && second > 0x8F)) return false;
    at += length;
  }
  return true;
}

void append_quoted(std::string& out, std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (byte < 0x20) {
      out += "\\u00";
      out += digits[byte >> 4U];
      out += digits[byte & 0xFU];
    } else {
      out += c;
    }
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
    for (std::size_t i = 0; i < 3; ++i) {
      bits = bits << 8U | (i < group.size() ? static_cast<unsigned char>(group[i]) : 0U);
    }
    for (std::size_t i = 0; i < 4; ++i) {
      out += i <= group.size() ? digits[bits >> (18U - 6U * i) & 0x3FU] : '=';
    }
  }
  out += '"';
}

/// One member of an object; the first has no comma before it.
void append_name(std::string& out, std::string_view name) {
  if (out.back() != '{') out += ',';
  out += '"';
  out += name;
  out += "\":";
}

void append_bytes(std::string& out, std::string_view name, weir_view bytes) {
  const std::string_view content = text(bytes);
  if (bytes.data == nullptr) {
    append_name(out, name);
    out += "null";
  } else if (is_utf8(content)) {
    append_name(out, name);
    append_quoted(out, content);
  } else {
    append_name(out, std::string(name) + "_base64");
    append_base64(out, content);
  }
}

/// RFC 3339, in UTC; null for a time that is not known (Kafka's -1) or that the form cannot write.
void append_time(std::string& out, std::string_view name, std::int64_t us) {
  append_name(out, name);
  const std::time_t seconds = us / 1'000'000;
  std::tm parts{};
  if (us < 0 || gmtime_r(&seconds, &parts) == nullptr || parts.tm_year > 9999 - 1900) {
    out += "null";
    return;
  }
  std::array<char, 40> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "\"%Y-%m-%dT%H:%M:%S", &parts);
  out.append(text.data(), size);
  const int written =
      std::snprintf(text.data(), text.size(), ".%06dZ\"", static_cast<int>(us % 1'000'000));
  out.append(text.data(), static_cast<std::size_t>(written));
}

/// A message's headers, taken apart: its own, and the facts that the engine put behind them. The
/// block begins with the last header that names the stage, so that a sender cannot forge a fact.
struct Headers {
  std::span<const weir_header> own, facts;

  explicit Headers(std::span<const weir_header> all) : own(all) {
    for (std::size_t i = all.size(); i-- > 0;) {
      if (text(all[i].name) != WEIR_HEADER_STAGE) continue;
      own = all.first(i);
      facts = all.subspan(i);
      return;
    }
  }

  weir_view fact(std::string_view name) const {
    for (const weir_header& header : facts) {
      if (text(header.name) == name) return header.value;
    }
    return {nullptr, 0};
  }
};

}  // namespace

void append_letter(std::string& lines, std::string_view origin, const Message& message,
                   std::int64_t written_us) {
  const Headers headers(message.headers());
  lines += '{';
  append_bytes(lines, "origin", view(origin));
  append_name(lines, "position");
  lines += std::to_string(message.position());
  append_time(lines, "time", message.time_us());
  append_bytes(lines, "stage", headers.fact(WEIR_HEADER_STAGE));
  append_bytes(lines, "code", headers.fact(WEIR_HEADER_CODE));
  append_bytes(lines, "reason", headers.fact(WEIR_HEADER_REASON));
  append_bytes(lines, "pointer", headers.fact(WEIR_HEADER_POINTER));
  append_bytes(lines, "key", message.raw().key);
  append_bytes(lines, "value", message.raw().value);
  append_name(lines, "headers");
  lines += '[';
  for (const weir_header& header : headers.own) {
    if (lines.back() != '[') lines += ',';
    lines += '{';
    append_bytes(lines, "name", header.name);
    append_bytes(lines, "value", header.value);
    lines += '}';
  }
  lines += ']';
  append_time(lines, "written_at", written_us);
  lines += "}\n";
}

}  // namespace weir::dead_letter_log
