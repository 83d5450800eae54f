#include "engine/runtime/traced.hpp"

#include <charconv>

namespace weir {

std::optional<TraceQuery> TraceQuery::message(std::string_view text) {
  const std::size_t at = text.rfind('@');
  if (at == std::string_view::npos || at == 0) return std::nullopt;
  TraceQuery query;
  query.origin = text.substr(0, at);
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + at + 1, end, query.position);
  if (error != std::errc{} || stop != end || query.position < 0) return std::nullopt;
  return query;
}

bool TraceQuery::is_origin(std::string_view whole) const {
  if (whole == origin) return true;
  const std::size_t open = origin.rfind('[');
  if (open == std::string::npos || open == 0 || !origin.ends_with(']')) return false;
  const std::string tail =
      "/" + origin.substr(0, open) + "/" + origin.substr(open + 1, origin.size() - open - 2);
  return whole.ends_with(tail);
}

}  // namespace weir
