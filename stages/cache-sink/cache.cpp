#include "cache.hpp"

#include <algorithm>
#include <future>
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
  const Wanted wanted(key);
  lookup.document = part(wanted.hash).find(wanted, clock_(), lookup.lease);
  return lookup;
}

DocumentPtr Cache::peek(std::string_view key) {
  const Wanted wanted(key);
  return part(wanted.hash).peek(wanted, clock_());
}

bool Cache::put(std::uint64_t lane, DocumentPtr document) {
  lanes_.meet(lane, *document->origin);
  return part(document->hash).put(lane, std::move(document));
}

void Cache::fill(std::uint64_t lease, DocumentPtr document) {
  part(document->hash).fill(lease, std::move(document), clock_());
}

void Cache::begin_restore(const Lanes::Positions& positions) {
  lanes_.note(positions);
  for (const auto& part : parts_) part->clear();
  restore_began_ = clock_();
}

void Cache::reserve(std::size_t documents) {
  for (const auto& part : parts_) part->reserve(documents / parts_.size());
}

std::vector<char> Cache::restore(std::span<const DocumentPtr> newest_first) {
  std::vector<char> taken(newest_first.size());
  // On two threads, each for half of the parts: within a part the order is kept.
  const auto restore_half = [&](std::size_t half) {
    for (std::size_t left = newest_first.size(); left-- > 0;) {
      const DocumentPtr& document = newest_first[left];
      const std::size_t its_place = place(document->hash);
      if (its_place % 2 != half) continue;
      taken[left] = parts_[its_place]->restore(document, restore_began_) ? 1 : 0;
    }
  };
  auto other = std::async(std::launch::async, restore_half, 1);
  restore_half(0);
  other.get();
  return taken;
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
