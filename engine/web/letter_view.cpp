#include "engine/web/letter_view.hpp"

#include "engine/web/json_writer.hpp"
#include "engine/web/moment.hpp"
#include "engine/web/utf8.hpp"

#include <string_view>

namespace weir::web {
namespace {

/// The next member's name; `out` ends within its object.
std::string& member(std::string& out, std::string_view name) {
  if (out.back() != '{') out += ',';
  return out.append("\"").append(name).append("\":");
}

void append_text(std::string& out, std::string_view name, const std::optional<std::string>& text) {
  member(out, name);
  if (text) {
    append_json(out, *text);
  } else {
    out += "null";
  }
}

void append_bytes(std::string& out, std::string_view name,
                  const std::optional<std::string>& bytes) {
  append_text(out, name, bytes);
  if (bytes && !is_utf8(*bytes))
    append_base64(member(out, std::string(name).append("_base64")), *bytes);
}

void append_moment(std::string& out, std::string_view name,
                   const std::optional<Scheduler::Wall>& at) {
  append_text(out, name, at ? std::optional(rfc3339(*at)) : std::nullopt);
}

void append_headers(std::string& out, const Letter& letter) {
  member(out, "headers") += '[';
  for (const auto& [name, value] : letter.headers) {
    if (out.back() != '[') out += ',';
    out += '[';
    append_json(out, name);
    out += ',';
    append_json(out, value);
    out += ']';
  }
  out += ']';
}

}  // namespace

void append_letter(std::string& out, const Letter& letter) {
  out += '{';
  append_text(out, "place", std::to_string(letter.place));
  append_text(out, "origin", letter.origin);
  member(out, "position") += std::to_string(letter.position);
  append_bytes(out, "key", letter.key);
  append_bytes(out, "value", letter.value);
  member(out, "value_bytes") += std::to_string(letter.value ? letter.value->size() : 0);
  append_text(out, "stage", letter.stage);
  append_text(out, "code", letter.code);
  append_text(out, "reason", letter.reason);
  append_text(out, "pointer", letter.pointer);
  append_moment(out, "written_at", letter.written_at);
  append_moment(out, "replayed_at", letter.replayed_at);
  append_headers(out, letter);
  out += '}';
}

void append_letters(std::string& out, const std::vector<Letter>& letters) {
  out += '[';
  for (const Letter& letter : letters) {
    if (out.back() != '[') out += ',';
    append_letter(out, letter);
  }
  out += ']';
}

}  // namespace weir::web
