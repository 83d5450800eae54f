#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "cache_shard.hpp"
#include "document.hpp"

namespace weir::cache_sink {

/// Documents by key, bounded by number and by memory. Every member [any]; a reader takes only the
/// lock of the key's part.
class Cache {
 public:
  struct Lookup {
    DocumentPtr document;     // null: a miss
    std::uint64_t lease = 0;  // of a miss
  };

  explicit Cache(const CacheShard::Limits& limits,
                 std::function<Time()> clock = std::chrono::steady_clock::now);

  Lookup find(std::string_view key);
  DocumentPtr peek(std::string_view key);
  bool put(DocumentPtr document);
  void fill(std::uint64_t lease, DocumentPtr document);
  /// The entry is forgotten after a while: another instance may change the document without our
  /// knowing.
  void fill_briefly(std::uint64_t lease, DocumentPtr document);
  void drop_origin(std::string_view origin);
  void clear();
  CacheShard::Size size() const;

 private:
  CacheShard& part(std::uint64_t hash) { return *parts_[hash % parts_.size()]; }

  std::function<Time()> clock_;
  std::vector<std::unique_ptr<CacheShard>> parts_;
};

}  // namespace weir::cache_sink
