#pragma once

#include "engine/pipeline/document.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace weir {

/// Reads the members of one map of a pipeline file by key and kind. What does not fit becomes a
/// finding; a key that is absent, or that a finding was made of, reads as nothing. The map and the
/// findings are borrowed.
class Fields {
 public:
  /// `path` is what the map is called in findings, such as "batch"; empty at the top. Unknown keys
  /// are findings at once.
  Fields(const Node& map, std::string path, std::span<const std::string_view> keys,
         Findings& findings);

  const Member* find(std::string_view key) const { return map_.find(key); }
  std::optional<std::string> text(std::string_view key) const;
  std::optional<std::int64_t> integer(std::string_view key, std::int64_t least,
                                      std::int64_t most) const;
  std::optional<std::chrono::milliseconds> duration(std::string_view key,
                                                    std::chrono::milliseconds least,
                                                    std::chrono::milliseconds most) const;
  /// "4MiB", or a whole number without quotes.
  std::optional<std::size_t> bytes(std::string_view key, std::int64_t least,
                                   std::int64_t most) const;
  /// Borrowed; null also where the member is no map.
  const Node* map(std::string_view key) const;
  /// Borrowed; null also where the member is no list. A key without a value is an empty list.
  const Node* list(std::string_view key) const;

  void missing(std::string_view key, const Place& place, std::string help) const;

 private:
  std::string name(std::string_view key) const;
  void wrong(const Member& member, std::string_view wanted, std::string help) const;
  void out_of_range(const Member& member, const std::string& least, const std::string& most) const;

  const Node& map_;
  std::string path_;
  Findings& findings_;
};

}  // namespace weir
