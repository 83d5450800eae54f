#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "origin.hpp"

namespace weir::cache_sink {

/// std::hash is good enough to spread keys, but its bits must reach both ends: one picks the part
/// of the cache, the other a slot in it.
inline std::uint64_t hash_of(std::string_view key) {
  const std::uint64_t hash = std::hash<std::string_view>{}(key);
  return (hash ^ hash >> 29U) * 0x9E3779B97F4A7C15U;
}

/// One cached document. Immutable: readers use it without a lock. Made by make_document().
struct Document {
  Document(std::string_view the_key, std::string_view the_bytes, const Origin& the_origin,
           std::int64_t the_position, std::int64_t the_stored_us)
      : key(the_key),
        bytes(the_bytes),
        hash(hash_of(the_key)),
        origin(&the_origin),
        position(the_position),
        stored_us(the_stored_us) {}
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;

  std::string_view key, bytes;  // both stand behind it
  std::uint64_t hash;           // of the key
  const Origin* origin;         // never null; see Lanes
  std::int64_t position;
  std::int64_t stored_us;

  /// Bytes that it takes in the cache, list and index included.
  std::size_t cost() const {
    constexpr std::size_t bookkeeping = 240;  // on a 64-bit machine, rounding up
    return bookkeeping + key.size() + bytes.size();
  }
  /// Positions of different origins do not compare.
  bool is_older_than(const Document& other) const {
    return origin == other.origin && origin->known() && position < other.position;
  }
};

/// Shared, because a reader may still use a document that was replaced or evicted meanwhile.
using DocumentPtr = std::shared_ptr<const Document>;

/// In one piece of memory with its texts, which are copied.
DocumentPtr make_document(std::string_view key, std::string_view bytes, const Origin& origin,
                          std::int64_t position, std::int64_t stored_us);

}  // namespace weir::cache_sink
