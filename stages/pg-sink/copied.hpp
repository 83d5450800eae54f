#pragma once

#include <string>
#include <string_view>

namespace weir::pg_sink {

/// A field of a line of COPY's text format that is NULL.
inline constexpr std::string_view copied_null = "\\N";

/// Cuts the first field off a line; it is as PostgreSQL has escaped it.
inline std::string_view next_copied(std::string_view& line) {
  const std::string_view field = line.substr(0, line.find('\t'));
  line.remove_prefix(field.size() < line.size() ? field.size() + 1 : field.size());
  return field;
}

/// Adds what an escaped field stands for.
void unescape_copied(std::string_view field, std::string& out);

}  // namespace weir::pg_sink
