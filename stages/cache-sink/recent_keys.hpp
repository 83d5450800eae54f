#pragma once

#include <cstddef>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

namespace weir::cache_sink {

/// The keys that were written last, at most 1,000; a key that was written twice counts twice. Every
/// member [any].
class RecentKeys {
 public:
  static constexpr std::size_t most = 1'000;

  /// In the order of writing. One lock a batch, so the shards hardly meet here.
  void add(std::vector<std::string>&& keys);
  /// Each key once, newest first.
  std::vector<std::string> newest_first() const;
  void clear();

 private:
  mutable std::mutex mutex_;      // guards keys_
  std::deque<std::string> keys_;  // oldest first
};

}  // namespace weir::cache_sink
