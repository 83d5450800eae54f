#include "cache.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace weir::cache_sink {
namespace {

constexpr std::size_t mebibyte = std::size_t{1} << 20;

constexpr std::uint64_t lane = 1;

DocumentPtr document(Cache& cache, const std::string& key, const std::string& bytes,
                     std::int64_t position = 0, const std::string& origin = "c/t/0") {
  return make_document(key, bytes, cache.origin(origin), position, 0);
}

std::string found(Cache& cache, const std::string& key) {
  const auto lookup = cache.find(key);
  return lookup.document ? std::string(lookup.document->bytes) : "nothing";
}

TEST(Cache, FindsWhatWasPutLast) {
  Cache cache({.entries = 10, .bytes = mebibyte});
  cache.put(lane, document(cache, "a", "1", 1));
  EXPECT_EQ(found(cache, "a"), "1");
  cache.put(lane, document(cache, "a", "2", 2));
  EXPECT_EQ(found(cache, "a"), "2");
  EXPECT_EQ(found(cache, "b"), "nothing");
  EXPECT_EQ(cache.size().entries, 1U);
}

TEST(Cache, DoesNotGoBackToAnOlderPositionOfTheSameOrigin) {
  Cache cache({.entries = 10, .bytes = mebibyte});
  cache.put(lane, document(cache, "a", "new", 7));
  EXPECT_FALSE(cache.put(lane, document(cache, "a", "old", 6)));
  EXPECT_EQ(found(cache, "a"), "new");
  EXPECT_TRUE(cache.put(lane, document(cache, "a", "other", 1, "c/t/1")))
      << "positions of other origins do not compare";
  EXPECT_EQ(found(cache, "a"), "other");
}

TEST(Cache, LetsAReaderKeepWhatWasReplaced) {
  Cache cache({.entries = 10, .bytes = mebibyte});
  cache.put(lane, document(cache, "a", "first", 1));
  const auto lookup = cache.find("a");
  cache.put(lane, document(cache, "a", "second", 2));
  cache.lost(lane, "c/t/0");
  EXPECT_EQ(lookup.document->bytes, "first");
}

TEST(Cache, TakesAFillWithTheLeaseOfAMiss) {
  Cache cache({.entries = 10, .bytes = mebibyte});
  const auto miss = cache.find("a");
  EXPECT_NE(miss.lease, 0U);
  cache.fill(miss.lease, document(cache, "a", "filled"));
  EXPECT_EQ(found(cache, "a"), "filled");
  EXPECT_EQ(cache.find("a").lease, 0U) << "a hit hands out no lease";
}

TEST(Cache, DoesNotTakeAFillThatAWriteHasOvertaken) {
  Cache cache({.entries = 10, .bytes = mebibyte});
  const auto miss = cache.find("a");
  cache.put(lane, document(cache, "a", "new", 5));
  cache.fill(miss.lease, document(cache, "a", "old", 4));
  EXPECT_EQ(found(cache, "a"), "new");
}

TEST(Cache, DoesNotTakeAFillEvenWhenTheWriteWasEvictedAgain) {
  Cache cache({.entries = 1, .bytes = mebibyte});
  const auto miss = cache.find("a");
  cache.put(lane, document(cache, "a", "new", 5));
  cache.put(lane, document(cache, "b", "other", 6));
  ASSERT_EQ(found(cache, "a"), "nothing");
  cache.fill(miss.lease, document(cache, "a", "old", 4));
  EXPECT_EQ(found(cache, "a"), "nothing");
}

TEST(Cache, DoesNotTakeAFillWithoutALease) {
  Cache cache({.entries = 10, .bytes = mebibyte});
  cache.fill(0, document(cache, "a", "x"));
  EXPECT_EQ(found(cache, "a"), "nothing");
}

TEST(Cache, KeepsTheNewerOfTwoFills) {
  Cache cache({.entries = 10, .bytes = mebibyte});
  const auto slow = cache.find("a");
  const auto quick = cache.find("a");
  cache.fill(quick.lease, document(cache, "a", "newer", 5));
  cache.fill(slow.lease, document(cache, "a", "older", 4));
  EXPECT_EQ(found(cache, "a"), "newer");
}

TEST(Cache, StaysWithinItsNumberOfEntries) {
  for (const std::size_t entries : {1U, 2U, 3U, 10U, 1'000U, 5'000U}) {
    Cache cache({.entries = entries, .bytes = 1'000 * mebibyte});
    for (int i = 0; i < 12'000; ++i) cache.put(lane, document(cache, "k" + std::to_string(i), "x"));
    EXPECT_LE(cache.size().entries, entries);
    EXPECT_GE(cache.size().entries, entries * 8 / 10) << "keys spread evenly enough over the parts";
    EXPECT_EQ(found(cache, "k11999"), "x") << "the newest is there";
  }
}

TEST(Cache, StaysWithinItsMemory) {
  Cache cache({.entries = 1'000'000, .bytes = 16 * mebibyte});
  for (int i = 0; i < 1'000; ++i)
    cache.put(lane, document(cache, "k" + std::to_string(i), std::string(100'000, 'x')));
  EXPECT_LE(cache.size().bytes, 16 * mebibyte);
  EXPECT_GE(cache.size().bytes, 12 * mebibyte);
}

TEST(Cache, DoesNotKeepAnOldDocumentWhenTheNewOneIsTooLarge) {
  Cache cache({.entries = 10, .bytes = mebibyte});
  cache.put(lane, document(cache, "a", "small", 1));
  cache.put(lane, document(cache, "b", "other", 2));
  cache.put(lane, document(cache, "a", std::string(2 * mebibyte, 'x'), 3));
  EXPECT_EQ(found(cache, "a"), "nothing");
  EXPECT_EQ(found(cache, "b"), "other");
}

TEST(Cache, KeepsWhatIsReadWhileOthersPassThrough) {
  Cache cache({.entries = 100, .bytes = 100 * mebibyte});
  for (int i = 0; i < 50; ++i) cache.put(lane, document(cache, "hot" + std::to_string(i), "x"));
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 50; ++i) found(cache, "hot" + std::to_string(i));
  }
  for (int i = 0; i < 10'000; ++i) {
    cache.put(lane, document(cache, "cold" + std::to_string(i), "x"));
    if (i % 10 == 0) found(cache, "hot" + std::to_string(i / 10 % 50));
  }
  int kept = 0;
  for (int i = 0; i < 50; ++i) kept += cache.peek("hot" + std::to_string(i)) ? 1 : 0;
  EXPECT_GE(kept, 45);
}

/// Against a plain map: whatever is found is what was put last, the limits hold, and what was
/// dropped is gone.
TEST(Cache, AgreesWithASimpleModel) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int run = 0; run < 20; ++run) {
    const std::size_t entries = 1 + random() % 40;
    Cache cache({.entries = entries, .bytes = 8'000});
    std::uint64_t number = 1;
    cache.gained(number, "c/t/0", -1);
    std::map<std::string, DocumentPtr> model;
    std::map<std::string, std::pair<std::uint64_t, DocumentPtr>>
        misses;  // and what the store held then
    std::int64_t position = 0;
    for (int step = 0; step < 4'000; ++step) {
      const std::string key(1, static_cast<char>('a' + random() % 26));
      switch (random() % 8) {
        case 0:
        case 1:
        case 2: {
          const auto put = document(
              cache, key, std::string(random() % 500, 'x') + std::to_string(step), ++position);
          cache.put(number, put);
          model[key] = put;
          break;
        }
        case 3: {  // an older position must change nothing, except where nothing is held
          if (cache.peek(key)) {
            EXPECT_FALSE(cache.put(number, document(cache, key, "stale", -1)));
          }
          break;
        }
        case 4: {
          const auto lookup = cache.find(key);
          if (!lookup.document && model.contains(key)) misses[key] = {lookup.lease, model[key]};
          break;
        }
        case 5: {
          // A slow reader of the store comes back, perhaps after many writes.
          if (misses.contains(key)) cache.fill(misses[key].first, misses[key].second);
          break;
        }
        case 6: {
          if (random() % 200 == 0) {
            cache.lost(number, "c/t/0");
            cache.gained(++number, "c/t/0", -1);
            EXPECT_EQ(cache.size().entries, 0U);
          }
          break;
        }
        default: {
          const auto lookup = cache.find(key);
          if (lookup.document) {
            ASSERT_TRUE(model.contains(key));
            ASSERT_EQ(lookup.document->bytes, model[key]->bytes);
          }
        }
      }
      ASSERT_LE(cache.size().entries, entries);
      ASSERT_LE(cache.size().bytes, 8'000U);
    }
  }
}

/// Readers, writers and a lane that comes and goes, all at once: each reader sees positions of a
/// key that never go back, and whole documents.
TEST(Cache, IsConsistentUnderThreads) {
  Cache cache({.entries = 400, .bytes = 64 * mebibyte});
  for (std::uint64_t writer = 0; writer < 2; ++writer)
    cache.gained(writer, "c/t/" + std::to_string(writer), -1);
  constexpr int keys = 600;
  std::atomic<bool> done{false};
  std::vector<std::thread> threads;
  for (int writer = 0; writer < 2; ++writer) {
    threads.emplace_back([&cache, writer] {
      for (std::int64_t position = 1; position <= 8'000; ++position) {
        const int key = static_cast<int>(position * 2 + writer) % keys;
        const auto number = static_cast<std::uint64_t>(writer);
        cache.put(number, document(cache, "k" + std::to_string(key), std::to_string(position),
                                   position, "c/t/" + std::to_string(writer)));
      }
    });
  }
  std::vector<std::thread> readers;
  for (int reader = 0; reader < 2; ++reader) {
    readers.emplace_back([&cache, &done, reader] {
      std::mt19937 random(static_cast<std::uint32_t>(reader));
      std::uint64_t number = static_cast<std::uint64_t>(reader) << 32U;
      std::map<std::string, std::int64_t> seen;
      while (!done) {
        const std::string key = "k" + std::to_string(random() % keys);
        const auto lookup = cache.find(key);
        if (!lookup.document) {
          cache.fill(lookup.lease, document(cache, key, "0", 0, "c/t/9"));
          continue;
        }
        ASSERT_EQ(lookup.document->bytes, std::to_string(lookup.document->position));
        if (lookup.document->position == 0) continue;
        ASSERT_GE(lookup.document->position, seen[key]);
        seen[key] = lookup.document->position;
        if (random() % 64 == 0) cache.gained(++number, "c/t/9", -1);
        if (random() % 64 == 0) cache.lost(number, "c/t/9");
        cache.size();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  done = true;
  for (std::thread& thread : readers) thread.join();
  EXPECT_LE(cache.size().entries, 400U);
}

}  // namespace
}  // namespace weir::cache_sink
