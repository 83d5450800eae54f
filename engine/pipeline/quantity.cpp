#include "engine/pipeline/quantity.hpp"

#include <array>
#include <charconv>
#include <limits>
#include <span>

namespace weir {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t factor;
};

constexpr std::array durations{Unit{"us", 1}, Unit{"ms", 1'000}, Unit{"s", 1'000'000},
                               Unit{"m", 60'000'000}, Unit{"h", 3'600'000'000}};
constexpr std::array sizes{Unit{"", 1},
                           Unit{"B", 1},
                           Unit{"KiB", 1LL << 10},
                           Unit{"MiB", 1LL << 20},
                           Unit{"GiB", 1LL << 30},
                           Unit{"TiB", 1LL << 40}};

std::optional<std::int64_t> parse(std::string_view text, std::span<const Unit> units) {
  if (text.empty() || text.front() < '0' || text.front() > '9')
    return std::nullopt;  // from_chars takes a minus
  std::int64_t count = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, failure] = std::from_chars(text.data(), end, count);
  if (failure != std::errc{}) return std::nullopt;
  const std::string_view name(rest, static_cast<std::size_t>(end - rest));
  for (const Unit& unit : units) {
    if (name != unit.name) continue;
    if (count > std::numeric_limits<std::int64_t>::max() / unit.factor) return std::nullopt;
    return count * unit.factor;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::chrono::microseconds> parse_duration(std::string_view text) {
  const auto count = parse(text, durations);
  if (!count) return std::nullopt;
  return std::chrono::microseconds(*count);
}

std::optional<std::int64_t> parse_bytes(std::string_view text) { return parse(text, sizes); }

}  // namespace weir
