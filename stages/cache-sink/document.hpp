#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "origin.hpp"

namespace weir::cache_sink {

/// One cached document. Immutable: readers use it without a lock.
struct Document {
  std::string key;
  std::string bytes;
  const Origin* origin = nullptr;  // never null; see Lanes
  std::int64_t position = 0;
  std::int64_t stored_us = 0;

  /// Bytes that it takes in the cache, list and index included.
  std::size_t cost() const {
    constexpr std::size_t bookkeeping = 256;  // measured: about 240 on a 64-bit machine
    return bookkeeping + key.size() + bytes.size();
  }
  /// Positions of different origins do not compare.
  bool is_older_than(const Document& other) const {
    return origin == other.origin && origin->known() && position < other.position;
  }
};

/// Shared, because a reader may still use a document that was replaced or evicted meanwhile.
using DocumentPtr = std::shared_ptr<const Document>;

}  // namespace weir::cache_sink
