#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "cache_shard.hpp"
#include "document.hpp"
#include "lanes.hpp"

namespace weir::cache_sink {

/// Documents by key, bounded by number and by memory. What it holds of our lanes is true until it
/// is written again; everything else is served for one second after it was read from the store,
/// because another instance may change it without our knowing. Every member [any], but restoring
/// [control]; a reader takes only the lock of the key's part.
class Cache {
 public:
  struct Lookup {
    DocumentPtr document;     // null: a miss
    std::uint64_t lease = 0;  // of a miss
  };

  explicit Cache(const CacheShard::Limits& limits,
                 std::function<Time()> clock = std::chrono::steady_clock::now);

  /// For the documents that it is given.
  const Origin& origin(std::string_view name) { return lanes_.origin(name); }

  Lookup find(std::string_view key);
  DocumentPtr peek(std::string_view key);
  /// False: it is older than what is held, or the lane is another's now.
  bool put(std::uint64_t lane, DocumentPtr document);
  void fill(std::uint64_t lease, DocumentPtr document);

  /// Empties the cache. The positions were kept before the store is read, which comes next.
  void begin_restore(const Lanes::Positions& positions);
  /// Makes room in the index for so many documents, which come next.
  void reserve(std::size_t documents);
  /// Takes the documents, the oldest one first, as they were written: what does not fit is pushed
  /// out by newer ones. Tells of each whether it was taken, 1, or 0 as put().
  std::vector<char> restore(std::span<const DocumentPtr> newest_first);

  void gained(std::uint64_t lane, std::string_view origin, std::int64_t next);
  void lost(std::uint64_t lane, std::string_view origin);

  CacheShard::Size size() const;

 private:
  std::size_t place(std::uint64_t hash) const { return hash % parts_.size(); }
  CacheShard& part(std::uint64_t hash) { return *parts_[place(hash)]; }

  std::function<Time()> clock_;
  Lanes lanes_;  // before the parts, whose documents point into it
  std::vector<std::unique_ptr<CacheShard>> parts_;
  Time restore_began_{};
};

}  // namespace weir::cache_sink
