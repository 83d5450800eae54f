#include "cache_quality.hpp"

#include <gtest/gtest.h>

#include <cstdio>

namespace weir::cache_sink::quality {
namespace {

/// By how much the cache's hit ratio is above that of LRU.
double gain_over_lru(const char* name, const Trace& trace) {
  const double ours = hit_ratio<Shipped>(trace);
  const double lru = hit_ratio<Lru>(trace);
  std::printf("| %-12s | S3-FIFO %.4f | LRU %.4f | %+.4f |\n", name, ours, lru, ours - lru);
  return ours - lru;
}

TEST(CacheQuality, HitsMoreOftenThanLruWherePopularityVaries) {
  EXPECT_GT(gain_over_lru("Zipf 0.8", popular(0.8)), 0.05);
  EXPECT_GT(gain_over_lru("Zipf 1.0", popular(1.0)), 0.03);
}

TEST(CacheQuality, HitsMoreOftenThanLruWhenKeysPassThatNobodyAsksForAgain) {
  EXPECT_GT(gain_over_lru("scan", scanned()), 0.05);
}

TEST(CacheQuality, HitsAboutAsOftenAsLruWhereTheNewestAreAskedFor) {
  EXPECT_GT(gain_over_lru("recency", recent()), -0.02);
}

}  // namespace
}  // namespace weir::cache_sink::quality
