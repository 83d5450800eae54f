#include "copied.hpp"

namespace weir::pg_sink {
namespace {

/// The character that a backslash and this one stand for. PostgreSQL writes no others.
char unescaped(char c) {
  switch (c) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'v':
      return '\v';
    default:
      return c;
  }
}

}  // namespace

void unescape_copied(std::string_view field, std::string& out) {
  for (std::size_t at = 0;;) {
    const std::size_t backslash = field.find('\\', at);
    out.append(field.substr(at, backslash - at));
    if (backslash == std::string_view::npos || backslash + 1 == field.size()) return;
    out += unescaped(field[backslash + 1]);
    at = backslash + 2;
  }
}

}  // namespace weir::pg_sink
