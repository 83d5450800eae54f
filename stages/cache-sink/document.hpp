#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace weir::cache_sink {

/// One cached document. Immutable: readers use it without a lock.
struct Document {
  std::string key;
  std::string bytes;
  std::shared_ptr<const std::string>
      origin;  // many documents have the same one; may be null: not known
  std::int64_t position = 0;
  std::int64_t stored_us = 0;

  /// Bytes that it takes in the cache, list and index included.
  std::size_t cost() const {
    constexpr std::size_t bookkeeping = 256;  // measured: about 240 on a 64-bit machine
    return bookkeeping + key.size() + bytes.size();
  }
  bool is_from(const std::shared_ptr<const std::string>& other) const {
    return origin && other && (origin == other || *origin == *other);
  }
};

/// Shared, because a reader may still use a document that was replaced or evicted meanwhile.
using DocumentPtr = std::shared_ptr<const Document>;

}  // namespace weir::cache_sink
