#include "engine/pipeline/source_text.hpp"

#include "engine/pipeline/utf8.hpp"
#include "engine/pipeline/yaml.hpp"

#include <algorithm>

namespace weir {
namespace {

/// The first character that YAML 1.2 does not allow in a file; the text's size when there is none.
std::size_t find_forbidden(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte == '\t' || byte == '\n') continue;
    if (byte == '\r' && at + 1 < text.size() && text[at + 1] == '\n') continue;
    if (byte < 0x20 || byte == 0x7F) return at;
  }
  return text.size();
}

Place place_of(std::string_view text, std::size_t at) {
  const std::string_view before = text.substr(0, at);
  const auto lines = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
  const std::size_t last = before.rfind('\n');
  return {lines + 1, last == std::string_view::npos ? at + 1 : at - last, 1};
}

}  // namespace

bool check_source_text(std::string_view text, Findings& findings) {
  if (text.size() > YamlLimits::bytes) {
    findings.error(
        {}, "too-large",
        "the file has " + std::to_string(text.size()) + " bytes; a pipeline has at most 1 MiB",
        "move large values into files that the stages read");
    return false;
  }
  const std::size_t invalid = find_invalid_utf8(text);
  if (invalid != text.size()) {
    findings.error(place_of(text, invalid), "encoding", "the file is not UTF-8 here",
                   "save it as UTF-8");
    return false;
  }
  const std::size_t forbidden = find_forbidden(text);
  if (forbidden != text.size()) {
    findings.error(place_of(text, forbidden), "control-character",
                   "the file holds the control character " + printable(text.substr(forbidden, 1)),
                   "remove it; in double quotes it can be written \\xNN");
    return false;
  }
  return true;
}

Extent quoted_extent(std::string_view text, std::size_t at) {
  const char quote = text[at];
  std::size_t end = at + 1;
  for (; end < text.size(); ++end) {
    if (quote == '"' && text[end] == '\\') {
      ++end;
    } else if (text[end] == quote) {
      if (quote == '"' || end + 1 >= text.size() || text[end + 1] != quote) break;
      ++end;  // '' is a quote inside of quotes
    }
  }
  const bool closed = end < text.size();
  const std::size_t line_end = std::min(text.find('\n', at), text.size());
  return {std::max<std::size_t>(1, std::min(closed ? end + 1 : end, line_end) - at), closed};
}

}  // namespace weir
