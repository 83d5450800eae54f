#pragma once

#include <chrono>
#include <string>

namespace weir::web {

/// 2025-01-31T12:00:00.000000Z: RFC 3339, UTC, with microseconds.
std::string rfc3339(std::chrono::sys_time<std::chrono::microseconds> at);

}  // namespace weir::web
