#pragma once

// How often a cache has what is asked for: traces of keys, the cache as it is shipped, and LRU
// beside it. The same everywhere: nothing here depends on the clock or on the standard library's
// chance.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

#include "cache.hpp"

namespace weir::cache_sink::quality {

using Trace = std::vector<std::size_t>;  // keys, in the order in which they are asked for

inline constexpr std::size_t keys = 100'000;
inline constexpr std::size_t entries = 10'000;
inline constexpr std::size_t requests = 300'000;
inline constexpr std::size_t warm_up = requests / 3;  // not counted

/// Ranks from 0, rank r with a weight of 1 / (r + 1)^alpha. The standard's distributions differ
/// from library to library; this one gives the same trace everywhere.
class Zipf {
 public:
  Zipf(std::size_t ranks, double alpha, std::uint64_t seed) : random_(seed) {
    double sum = 0;
    for (std::size_t rank = 1; rank <= ranks; ++rank)
      sums_.push_back(sum += std::pow(static_cast<double>(rank), -alpha));
  }
  std::size_t next() {
    const double point = static_cast<double>(random_() >> 11U) * 0x1p-53 * sums_.back();
    const auto at = std::ranges::upper_bound(sums_, point);
    return std::min(static_cast<std::size_t>(at - sums_.begin()), sums_.size() - 1);
  }

 private:
  std::mt19937_64 random_;
  std::vector<double> sums_;
};

inline Trace popular(double alpha) {
  Zipf zipf(keys, alpha, 1);
  Trace trace(requests);
  std::ranges::generate(trace, [&] { return zipf.next(); });
  return trace;
}

/// Popular keys, and again and again as many in a row as the cache holds, each asked for once.
inline Trace scanned() {
  Zipf zipf(keys, 1.0, 2);
  Trace trace;
  std::size_t never_seen = keys;
  while (trace.size() < requests) {
    for (std::size_t i = 0; i < 3 * entries; ++i) trace.push_back(zipf.next());
    for (std::size_t i = 0; i < entries; ++i) trace.push_back(never_seen++);
  }
  trace.resize(requests);
  return trace;
}

/// A new key, then three of those that came before, the newer the likelier: as orders are.
inline Trace recent() {
  Zipf age(keys, 1.0, 3);
  Trace trace;
  for (std::size_t newest = 0; trace.size() < requests; ++newest) {
    trace.push_back(newest);
    for (int i = 0; i < 3; ++i) trace.push_back(newest - std::min(age.next(), newest));
  }
  return trace;
}

class Lru {
 public:
  bool ask(std::size_t key) {
    const auto found = index_.find(key);
    if (found != index_.end()) {
      order_.splice(order_.end(), order_, found->second);
      return true;
    }
    index_[key] = order_.insert(order_.end(), key);
    if (index_.size() > entries) {
      index_.erase(order_.front());
      order_.pop_front();
    }
    return false;
  }

 private:
  std::list<std::size_t> order_;
  std::unordered_map<std::size_t, std::list<std::size_t>::iterator> index_;
};

/// The cache as it is shipped, with its parts.
class Shipped {
 public:
  bool ask(std::size_t key) {
    const std::string text = "order-" + std::to_string(key);
    if (cache_.find(text).document) return true;
    cache_.put(1, make_document(text, "{}", cache_.origin("c/t/0"), position_++, 0));
    return false;
  }

 private:
  Cache cache_{{.entries = entries, .bytes = std::size_t{1} << 30}};
  std::int64_t position_ = 0;
};

template <class C>
double hit_ratio(const Trace& trace) {
  C cache;
  std::size_t hits = 0;
  for (std::size_t i = 0; i < trace.size(); ++i) {
    if (cache.ask(trace[i]) && i >= warm_up) ++hits;
  }
  return static_cast<double>(hits) / static_cast<double>(trace.size() - warm_up);
}

}  // namespace weir::cache_sink::quality
