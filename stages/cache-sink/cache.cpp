#include "cache.hpp"

#include <algorithm>
#include <utility>

namespace weir::cache_sink {
namespace {

constexpr std::size_t most_parts = 64;
constexpr std::size_t entries_a_part = 256;  // fewer, and keys spread too unevenly over the parts
constexpr std::size_t bytes_a_part = std::size_t{4}
                                     << 20;  // so that a document of 1 MiB fits into each

std::size_t parts_for(const CacheShard::Limits& limits) {
  return std::clamp<std::size_t>(
      std::min(limits.entries / entries_a_part, limits.bytes / bytes_a_part), 1, most_parts);
}

/// std::hash is good enough to spread keys, but its bits must reach both ends: one picks the part,
/// the other a slot in it.
std::uint64_t hash_of(std::string_view key) {
  const std::uint64_t hash = std::hash<std::string_view>{}(key);
  return (hash ^ hash >> 29U) * 0x9E3779B97F4A7C15U;
}

}  // namespace

Cache::Cache(const CacheShard::Limits& limits, std::function<Time()> clock)
    : clock_(std::move(clock)), lanes_([this](const Origin& origin) {
        for (const auto& part : parts_) part->forget(origin);
      }) {
  const std::size_t count = parts_for(limits);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t more = i < limits.entries % count ? 1 : 0;
    parts_.push_back(std::make_unique<CacheShard>(CacheShard::Limits{
        .entries = limits.entries / count + more, .bytes = limits.bytes / count}));
  }
}

Cache::Lookup Cache::find(std::string_view key) {
  Lookup lookup;
  const std::uint64_t hash = hash_of(key);
  lookup.document = part(hash).find(key, clock_(), lookup.lease);
  return lookup;
}

DocumentPtr Cache::peek(std::string_view key) { return part(hash_of(key)).peek(key, clock_()); }

bool Cache::put(std::uint64_t lane, DocumentPtr document) {
  lanes_.meet(lane, *document->origin);
  const std::uint64_t hash = hash_of(document->key);
  return part(hash).put(lane, std::move(document), hash);
}

void Cache::fill(std::uint64_t lease, DocumentPtr document) {
  const std::uint64_t hash = hash_of(document->key);
  part(hash).fill(lease, std::move(document), hash, clock_());
}

void Cache::begin_restore(const Lanes::Positions& positions) {
  lanes_.note(positions);
  for (const auto& part : parts_) part->clear();
  restore_began_ = clock_();
}

void Cache::reserve(std::size_t documents) {
  for (const auto& part : parts_) part->reserve(documents / parts_.size());
}

bool Cache::restore(DocumentPtr document) {
  const std::uint64_t hash = hash_of(document->key);
  return part(hash).restore(std::move(document), hash, restore_began_);
}

void Cache::gained(std::uint64_t lane, std::string_view origin, std::int64_t next) {
  lanes_.gain(lane, origin, next);
}

void Cache::lost(std::uint64_t lane, std::string_view origin) { lanes_.lose(lane, origin); }

CacheShard::Size Cache::size() const {
  CacheShard::Size total;
  for (const auto& part : parts_) {
    const CacheShard::Size size = part->size();
    total.entries += size.entries;
    total.bytes += size.bytes;
    total.evictions += size.evictions;
  }
  return total;
}

}  // namespace weir::cache_sink
