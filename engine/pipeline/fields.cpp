#include "engine/pipeline/fields.hpp"

#include "engine/pipeline/quantity.hpp"
#include "engine/pipeline/suggestion.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace weir {
namespace {

std::string in_milliseconds(std::chrono::milliseconds time) {
  return std::to_string(time.count()) + "ms";
}
std::string in_bytes(std::int64_t bytes) {
  constexpr std::int64_t kib = 1024;
  return bytes % kib == 0 ? std::to_string(bytes / kib) + "KiB" : std::to_string(bytes);
}

}  // namespace

Fields::Fields(const Node& map, std::string path, std::span<const std::string_view> keys,
               Findings& findings)
    : map_(map), path_(std::move(path)), findings_(findings) {
  for (const Member& member : map.members) {
    if (std::find(keys.begin(), keys.end(), member.key) != keys.end()) continue;
    std::vector<std::string> free;
    for (const std::string_view key : keys) {
      if (map.find(key) == nullptr) free.emplace_back(key);
    }
    const bool merge = member.key == "<<";
    findings_.error(member.place, "unknown-key", name(member.key) + " is not known",
                    merge ? "YAML 1.2 has no merge keys; repeat a whole value with an alias instead"
                          : suggest(member.key, free));
  }
}

std::string Fields::name(std::string_view key) const {
  return "`" + (path_.empty() ? "" : path_ + ".") + std::string(key) + "`";
}

void Fields::missing(std::string_view key, const Place& place, std::string help) const {
  findings_.error(place, "missing-key", name(key) + " is missing", std::move(help));
}

void Fields::wrong(const Member& member, std::string_view wanted, std::string help) const {
  const Node& value = member.value;
  if (value.kind == Kind::broken) return;
  const bool scalar = value.kind != Kind::list && value.kind != Kind::map;
  findings_.error(
      scalar ? value.place : member.place, "wrong-type",
      name(member.key) + " must be " + std::string(wanted) + ", it is " + describe(value),
      std::move(help));
}

void Fields::out_of_range(const Member& member, const std::string& least,
                          const std::string& most) const {
  findings_.error(member.value.place, "out-of-range",
                  name(member.key) + " must be from " + least + " to " + most + ", it is " +
                      describe(member.value));
}

std::optional<std::string> Fields::text(std::string_view key) const {
  const Member* member = find(key);
  if (member == nullptr) return std::nullopt;
  const Kind kind = member->value.kind;
  if (kind == Kind::text && !member->value.text.empty()) return member->value.text;
  const bool quotable = kind == Kind::integer || kind == Kind::real || kind == Kind::boolean;
  wrong(*member, "a text", quotable ? "put it in quotes, so that it is a text" : "");
  return std::nullopt;
}

std::optional<std::int64_t> Fields::integer(std::string_view key, std::int64_t least,
                                            std::int64_t most) const {
  const Member* member = find(key);
  if (member == nullptr) return std::nullopt;
  if (member->value.kind != Kind::integer) {
    wrong(*member, "an integer", "write digits without quotes");
    return std::nullopt;
  }
  const std::int64_t value = member->value.integer();
  if (value >= least && value <= most) return value;
  out_of_range(*member, std::to_string(least), std::to_string(most));
  return std::nullopt;
}

std::optional<std::chrono::milliseconds> Fields::duration(std::string_view key,
                                                          std::chrono::milliseconds least,
                                                          std::chrono::milliseconds most) const {
  const Member* member = find(key);
  if (member == nullptr) return std::nullopt;
  const auto time =
      member->value.kind == Kind::text ? parse_duration(member->value.text) : std::nullopt;
  if (!time || time->count() % 1000 != 0) {
    wrong(*member, time ? "in whole milliseconds" : "a duration", std::string(duration_form));
    return std::nullopt;
  }
  const auto value = std::chrono::duration_cast<std::chrono::milliseconds>(*time);
  if (value >= least && value <= most) return value;
  out_of_range(*member, in_milliseconds(least), in_milliseconds(most));
  return std::nullopt;
}

std::optional<std::size_t> Fields::bytes(std::string_view key, std::int64_t least,
                                         std::int64_t most) const {
  const Member* member = find(key);
  if (member == nullptr) return std::nullopt;
  const Node& value = member->value;
  const bool readable = value.kind == Kind::text || (value.kind == Kind::integer && value.plain);
  const auto bytes = readable ? parse_bytes(value.text) : std::nullopt;
  if (!bytes) {
    wrong(*member, "a number of bytes", std::string(bytes_form));
    return std::nullopt;
  }
  if (*bytes >= least && *bytes <= most) return static_cast<std::size_t>(*bytes);
  out_of_range(*member, in_bytes(least), in_bytes(most));
  return std::nullopt;
}

const Node* Fields::map(std::string_view key) const {
  const Member* member = find(key);
  if (member == nullptr) return nullptr;
  if (member->value.kind == Kind::map) return &member->value;
  wrong(*member, "a map", "write `key: value` lines under it");
  return nullptr;
}

const Node* Fields::list(std::string_view key) const {
  const Member* member = find(key);
  if (member == nullptr) return nullptr;
  if (member->value.kind == Kind::list || member->value.kind == Kind::null) return &member->value;
  wrong(*member, "a list", "start each of its entries with `- `");
  return nullptr;
}

}  // namespace weir
