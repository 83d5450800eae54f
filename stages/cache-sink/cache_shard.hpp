#pragma once

#include <array>
#include <boost/unordered/unordered_flat_set.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <list>
#include <mutex>
#include <string_view>
#include <unordered_set>

#include "document.hpp"

namespace weir::cache_sink {

using Time = std::chrono::steady_clock::time_point;

/// A key that is looked for.
struct Wanted {
  explicit Wanted(std::string_view the_key) : key(the_key), hash(hash_of(the_key)) {}
  explicit Wanted(const Document& document) : key(document.key), hash(document.hash) {}
  std::string_view key;
  std::uint64_t hash;
};

/// One part of the cache, with its own lock. Evicts by S3-FIFO (Yang and others, SOSP 2023): a
/// small queue that new entries pass through, a main queue for those that were read there at all,
/// and the hashes of what left the small queue lately, which go to the main queue at once
/// when they come again. Reading moves nothing, so it is cheap, and a run of entries that nobody
/// reads, such as a replay, does not push out what is read.
///
/// A miss hands out a lease; a fill is taken only while the key was not written since, so that a
/// slow reader of the store cannot put an older document over a newer one. The lease is the moment
/// of the miss, so it also tells how old at most the fill is: a document whose origin is not ours
/// is served for one second from then on.
class CacheShard {
 public:
  struct Limits {
    std::size_t entries = 0;
    std::size_t bytes = 0;
  };
  struct Size {
    std::size_t entries = 0;
    std::size_t bytes = 0;
    std::uint64_t evictions = 0;  // so far
  };

  explicit CacheShard(const Limits& limits) : limits_(limits) {}

  /// Null: a miss, and `lease` is what a fill needs. An entry that is past its time is a miss.
  DocumentPtr find(const Wanted& wanted, Time now, std::uint64_t& lease);
  /// Null: none. Counts as no read.
  DocumentPtr peek(const Wanted& wanted, Time now);

  /// False: it holds a newer position of the same origin, or does not hold the lane.
  bool put(std::uint64_t lane, DocumentPtr document);
  /// Ignored when the key was written since the lease, or the document is too old to be served.
  void fill(std::uint64_t lease, DocumentPtr document, Time now);
  void reserve(std::size_t documents);
  /// A document that was read from the store at that time, without a miss before.
  bool restore(DocumentPtr document, Time read);

  /// Both cancel all leases: a reader may be about to bring what was true before.
  void forget(const Origin& origin);
  void clear();
  Size size() const;

 private:
  /// What is to be known of a document that goes is known here, so that its own memory, which
  /// nobody has used for long, is not waited for.
  struct Node {
    DocumentPtr document;
    std::uint64_t hash;
    std::size_t cost;
    Time expires;  // unless its origin is ours
    std::uint8_t reads = 0;
    bool in_main = false;
  };
  using Queue = std::list<Node>;  // oldest first
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(Queue::iterator node) const { return node->hash; }
    std::size_t operator()(const Wanted& wanted) const { return wanted.hash; }
  };
  struct Same {
    using is_transparent = void;
    bool operator()(Queue::iterator one, Queue::iterator other) const { return one == other; }
    bool operator()(const Wanted& wanted, Queue::iterator node) const {
      return node->hash == wanted.hash && node->document->key == wanted.key;
    }
    bool operator()(Queue::iterator node, const Wanted& wanted) const {
      return (*this)(wanted, node);
    }
  };
  using Index = boost::unordered_flat_set<Queue::iterator, Hash, Same>;

  // All of these with the lock held.
  static bool is_served(const Node& node, Time now);
  std::uint64_t next_moment(Time now);
  bool written_since(std::uint64_t lease, std::uint64_t hash) const;
  void store(Index::iterator found, DocumentPtr document, Time expires);
  void replace(Node& node, DocumentPtr document, Time expires);
  void remove(Queue::iterator node);
  void make_room();
  void evict_from_small();
  void evict_from_main();
  void remember(std::uint64_t hash);
  Queue& queue_of(const Node& node) { return node.in_main ? main_ : small_; }

  const Limits limits_;
  mutable std::mutex mutex_;  // guards all below
  Index index_;
  Queue small_, main_;
  std::size_t bytes_ = 0;
  std::size_t small_bytes_ = 0;
  std::uint64_t evictions_ = 0;
  std::deque<std::uint64_t>
      ghosts_;  // hashes, oldest first; may hold some that are no longer in the set
  std::unordered_set<std::uint64_t> ghost_set_;
  /// The last moment that was given to a miss or a write: ticks of the clock, a little more where
  /// two came within one, so that all differ.
  std::uint64_t moment_ = 0;
  std::uint64_t cancelled_ = 0;  // leases up to here
  /// The moment of the last write to any key of a slot: keys that share one cancel each other's
  /// leases, which is harmless.
  std::array<std::uint64_t, 256> last_write_{};
};

}  // namespace weir::cache_sink
