#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace weir::web {

/// 2025-01-31T12:00:00.000000Z: RFC 3339, UTC, with microseconds.
std::string rfc3339(std::chrono::sys_time<std::chrono::microseconds> at);

/// The moment that RFC 3339 writes so, in any zone; finer than microseconds is cut off. Nothing
/// where it is none.
std::optional<std::chrono::sys_time<std::chrono::microseconds>> read_rfc3339(std::string_view text);

}  // namespace weir::web
