#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace weir {

/// "250ms" and its like: digits and one of us, ms, s, m, h. Nothing for any other text, or beyond
/// 64 bits. [any]
std::optional<std::chrono::microseconds> parse_duration(std::string_view text);

/// "4MiB" and its like: digits and, perhaps, one of B, KiB, MiB, GiB, TiB. Nothing for any other
/// text, or beyond 63 bits. [any]
std::optional<std::int64_t> parse_bytes(std::string_view text);

/// How to write them; the end of an error text.
inline constexpr std::string_view duration_form =
    "write a whole number and a unit, such as \"250ms\", \"30s\" or \"2m\"";
inline constexpr std::string_view bytes_form =
    "write a whole number and a unit, such as \"16KiB\" or \"4MiB\"";

}  // namespace weir
