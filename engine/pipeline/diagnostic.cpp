#include "engine/pipeline/diagnostic.hpp"

#include "engine/pipeline/utf8.hpp"

#include <algorithm>
#include <ostream>
#include <string_view>

namespace weir {
namespace {

constexpr std::size_t widest = 120;  // bytes of a source line that are shown around the caret

std::size_t characters(std::string_view shown) {
  return static_cast<std::size_t>(std::count_if(shown.begin(), shown.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

/// The part of a line that is shown: all of it, or a window around the caret.
struct Excerpt {
  std::string text;
  std::size_t caret = 0;  ///< columns before it, as shown
  std::size_t width = 1;
};

Excerpt excerpt(std::string_view line, std::size_t column, std::size_t width) {
  const std::size_t at = std::min(column - 1, line.size());
  const std::size_t begin = line.size() > widest && at > widest / 2 ? at - widest / 2 : 0;
  std::string_view before = line.substr(begin, at - begin);
  while (begin > 0 && !before.empty() &&
         (static_cast<unsigned char>(before.front()) & 0xC0) == 0x80) {
    before.remove_prefix(1);
  }
  const std::string_view after = cut(line.substr(at), widest);
  const std::string_view marked = cut(after, width);

  Excerpt out;
  out.text = (begin > 0 ? "…" : "") + printable(before);
  out.caret = characters(out.text);
  out.text += printable(after);
  if (after.size() < line.size() - at) out.text += "…";
  out.width = std::max<std::size_t>(1, characters(printable(marked)));
  return out;
}

std::string_view word(Severity severity) {
  switch (severity) {
    case Severity::error:
      return "error";
    case Severity::warning:
      return "warning";
  }
  return "error";
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const Diagnostic& diagnostic) {
  const std::string number = diagnostic.line == 0 ? "" : std::to_string(diagnostic.line);
  const std::string margin(number.size(), ' ');

  out << word(diagnostic.severity) << '[' << diagnostic.code
      << "]: " << printable(diagnostic.message) << '\n';
  out << margin << "--> " << printable(diagnostic.file.string());
  if (diagnostic.line != 0) out << ':' << diagnostic.line << ':' << diagnostic.column;
  out << '\n';
  if (diagnostic.line != 0 && diagnostic.column != 0) {
    const Excerpt shown = excerpt(diagnostic.source_line, diagnostic.column, diagnostic.width);
    out << margin << " |\n";
    out << number << " | " << shown.text << '\n';
    out << margin << " | " << std::string(shown.caret, ' ') << std::string(shown.width, '^')
        << '\n';
  }
  if (!diagnostic.help.empty()) out << margin << " = help: " << printable(diagnostic.help) << '\n';
  return out;
}

}  // namespace weir
