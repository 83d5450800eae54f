#include "merge.hpp"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>

namespace weir::pg_sink {
namespace {

/// A record, with the start of its key as a number: comparing most keys takes no more than that.
struct ByKey {
  std::uint64_t start;
  std::string_view key;
  const BatchRows::Record* record;

  /// Of equal keys, in the batch's order.
  bool operator<(const ByKey& other) const {
    if (start != other.start) return start < other.start;
    const int order = key.compare(other.key);
    return order != 0 ? order < 0 : record->message < other.record->message;
  }
};

std::uint64_t start_of(std::string_view key) {
  std::uint64_t start = 0;
  for (std::size_t i = 0; i < sizeof start; ++i) {
    start = start << 8 | (i < key.size() ? static_cast<unsigned char>(key[i]) : 0U);
  }
  return start;
}

}  // namespace

Chosen merged_by_key(const BatchRows& rows, std::span<const BatchRows::Record* const> records) {
  std::vector<ByKey> sorted;
  sorted.reserve(records.size());
  for (const auto* record : records) {
    const auto key = rows.key_of(*record);
    sorted.push_back({start_of(key), key, record});
  }
  std::sort(sorted.begin(), sorted.end());
  Chosen kept;
  kept.reserve(sorted.size());
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    if (i + 1 == sorted.size() || sorted[i + 1].key != sorted[i].key)
      kept.push_back(sorted[i].record);
  }
  return kept;
}

Taken taken_of(const BatchRows& rows, const Chosen& upserted, const Rows& answer) {
  std::vector<std::pair<std::string_view, bool>> written;  // key, inserted
  for (std::size_t i = 0; i < answer.size(); ++i)
    written.emplace_back(answer.text(i, 0), answer.text(i, 1) == "t");
  std::ranges::sort(written);
  Taken taken;
  auto next = written.begin();
  for (const auto* record : upserted) {
    const bool newer_is_there = next == written.end() || next->first != rows.key_of(*record);
    if (newer_is_there) continue;
    (next->second ? taken.fresh : taken.replaced).push_back(record);
    ++next;
  }
  return taken;
}

}  // namespace weir::pg_sink
