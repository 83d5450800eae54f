#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace weir::generate_source {

using Instant = std::chrono::sys_time<std::chrono::microseconds>;

/// "2026-01-31T12:00:00Z", fractions of a second cut off.
std::string to_rfc3339(Instant instant);
/// The opposite; nothing where the text is no such time.
std::optional<Instant> from_rfc3339(std::string_view text);

}  // namespace weir::generate_source
