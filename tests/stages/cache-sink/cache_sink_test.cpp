#include "cache_sink.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <thread>
#include <vector>
#include <weir/testing/bench.hpp>

namespace weir::cache_sink {
namespace {

using weir::testing::Bench;
using weir::testing::Input;
using weir::testing::Neighbour;

constexpr const char* restoring = R"({"key":"/id","restore":{"from":"store"}})";

std::string order(const std::string& id, const std::string& more = "0") {
  return R"({"id":")" + id + R"(","n":)" + more + "}";
}

std::vector<std::string> newest(Bench<CacheSink>& bench, std::size_t limit) {
  std::vector<std::string> keys;
  for (const auto& entry : bench.latest(limit).entries) keys.push_back(entry.key);
  return keys;
}

/// A store with `count` documents, k0 the oldest.
Neighbour store_of(int count) {
  Neighbour store;
  store.latest = [count](std::size_t limit, const Visit& visit) {
    for (int i = count - 1; i >= 0 && limit > 0; --i, --limit) {
      const std::string key = "k" + std::to_string(i);
      if (!visit({.key = key,
                  .document = "stored",
                  .origin = "c/t/0",
                  .position = i,
                  .stored_us = 1'000 + i}))
        break;
    }
    return Answer::found;
  };
  return store;
}

TEST(CacheSinkStage, FindsTheDocumentsThatPassed) {
  Bench<CacheSink> bench(R"({"key":"/id"})");
  bench.origin = "c/t/4";
  bench.next_position = 10;
  const auto result = bench.process({order("a"), order("b")});
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result.passed.size(), 2U);
  const auto found = bench.find("b");
  EXPECT_EQ(found.answer, Answer::found);
  EXPECT_EQ(found.document, order("b"));
  EXPECT_EQ(found.origin, "c/t/4");
  EXPECT_EQ(found.position, 11);
  EXPECT_GT(found.stored_us, 1'600'000'000'000'000);
  EXPECT_EQ(bench.find("c").answer, Answer::absent);
  EXPECT_NE(bench.find("c").lease, 0U);
}

TEST(CacheSinkStage, KeepsTheLastOfTwoWithOneKeyInABatch) {
  Bench<CacheSink> bench(R"({"key":"/id"})");
  ASSERT_TRUE(bench.process({order("a", "1"), order("a", "2")}).ok());
  EXPECT_EQ(bench.find("a").document, order("a", "2"));
}

TEST(CacheSinkStage, PutsTheSameBatchAgain) {
  Bench<CacheSink> bench(R"({"key":"/id"})");
  for (int i = 0; i < 2; ++i) {
    bench.next_position = 5;
    ASSERT_TRUE(bench.process({order("a", "1"), order("b", "2")}).ok());
  }
  EXPECT_EQ(bench.find("a").document, order("a", "1"));
  EXPECT_EQ(bench.metric("weir_cache_entries"), 2);
}

TEST(CacheSinkStage, LeavesMessagesWithoutAKeyAlone) {
  Bench<CacheSink> bench(R"({"key":"/id"})");
  const auto result = bench.process(
      {R"({"x":1})", "not json", Input("", "k", {}, true), order("a"), R"({"id":null})"});
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result.passed.size(), 5U);
  EXPECT_TRUE(result.rejected.empty());
  EXPECT_EQ(bench.find("a").answer, Answer::found);
  EXPECT_EQ(bench.metric("weir_cache_without_key_total"), 3);
  ASSERT_EQ(bench.log().size(), 1U) << "only the first is logged";
  EXPECT_NE(bench.log()[0].find("no text or number at /id"), std::string::npos);
}

TEST(CacheSinkStage, ListsTheNewestKeysOnce) {
  Bench<CacheSink> bench(R"({"key":"/id"})");
  ASSERT_TRUE(bench.process({order("a"), order("b"), order("c")}).ok());
  ASSERT_TRUE(bench.process({order("a")}).ok());
  EXPECT_EQ(newest(bench, 10), (std::vector<std::string>{"a", "c", "b"}));
  EXPECT_EQ(newest(bench, 2), (std::vector<std::string>{"a", "c"}));
}

TEST(CacheSinkStage, ListsAtMostTheLastThousand) {
  Bench<CacheSink> bench(R"({"key":"/id"})");
  std::vector<Input> batch;
  for (int i = 0; i < 1'500; ++i) batch.emplace_back(order("k" + std::to_string(i)));
  ASSERT_TRUE(bench.process(batch).ok());
  const auto keys = newest(bench, 5'000);
  ASSERT_EQ(keys.size(), 1'000U);
  EXPECT_EQ(keys.front(), "k1499");
  EXPECT_EQ(keys.back(), "k500");
}

TEST(CacheSinkStage, DoesNotListWhatWasEvicted) {
  Bench<CacheSink> bench(R"({"key":"/id","capacity":2})");
  ASSERT_TRUE(bench.process({order("a"), order("b"), order("c")}).ok());
  EXPECT_EQ(newest(bench, 10), (std::vector<std::string>{"c", "b"}));
  EXPECT_EQ(bench.metric("weir_cache_evictions_total"), 1);
}

TEST(CacheSinkStage, RestoresTheNewestInTheirOrder) {
  Bench<CacheSink> bench(R"({"key":"/id","restore":{"from":"store","latest":3}})");
  bench.offer("store", store_of(10));
  bench.start();
  EXPECT_EQ(newest(bench, 10), (std::vector<std::string>{"k9", "k8", "k7"}));
  const auto found = bench.find("k8");
  EXPECT_EQ(found.document, "stored");
  EXPECT_EQ(found.stored_us, 1'008);
  EXPECT_EQ(bench.find("k6").answer, Answer::absent);
  EXPECT_EQ(bench.metric("weir_cache_restored_total"), 3);
  EXPECT_EQ(bench.metric("weir_cache_entries"), 3);
}

TEST(CacheSinkStage, RestoresNoMoreThanItHolds) {
  Bench<CacheSink> bench(R"({"key":"/id","capacity":4,"restore":{"from":"store"}})");
  bench.offer("store", store_of(1'000));
  bench.start();
  EXPECT_EQ(newest(bench, 10), (std::vector<std::string>{"k999", "k998", "k997", "k996"}));
}

TEST(CacheSinkStage, PushesOutTheOldestWhenMemoryIsShortOnRestore) {
  Bench<CacheSink> bench(R"({"key":"/id","bytes":"2KiB","restore":{"from":"store"}})");
  bench.offer("store", store_of(100));
  bench.start();
  const auto keys = newest(bench, 100);
  ASSERT_GE(keys.size(), 3U);
  ASSERT_LT(keys.size(), 9U);
  for (std::size_t i = 0; i < keys.size(); ++i) EXPECT_EQ(keys[i], "k" + std::to_string(99 - i));
}

TEST(CacheSinkStage, ReadsNoMoreOfTheStoreThanItsMemoryHolds) {
  Bench<CacheSink> bench(R"({"key":"/id","bytes":"2KiB","restore":{"from":"store"}})");
  bench.offer("store", store_of(100));
  bench.start();
  EXPECT_LT(bench.metric("weir_cache_restored_total"), 10);
}

TEST(CacheSinkStage, WaitsForTheStoreToRestoreFrom) {
  Bench<CacheSink> bench(restoring);
  Neighbour away;
  away.latest = [](std::size_t, const Visit&) -> Answer {
    throw std::runtime_error("the server is away");
  };
  bench.offer("store", away);
  try {
    bench.start();
    FAIL() << "it started without its store";
  } catch (const Retry& error) {
    EXPECT_NE(std::string(error.what()).find("`store`: the server is away"), std::string::npos)
        << error.what();
  }
  bench.offer("store", store_of(2));
  bench.start();
  EXPECT_EQ(newest(bench, 10).size(), 2U);
}

TEST(CacheSinkStage, DoesNotLetARestoredDocumentReplaceANewerMessage) {
  Bench<CacheSink> bench(restoring);
  bench.offer("store", store_of(3));
  bench.start();
  bench.origin = "c/t/0";
  bench.next_position = 1;
  ASSERT_TRUE(bench.process({R"({"id":"k2","late":true})"}).ok());
  EXPECT_EQ(bench.find("k2").document, "stored") << "position 1 is before the stored 2";
}

TEST(CacheSinkStage, TakesAFillAfterAMissOnly) {
  Bench<CacheSink> bench(R"({"key":"/id"})");
  bench.start();
  const auto miss = bench.find("a");
  bench.fill(
      miss.lease,
      {.key = "a", .document = "from the store", .origin = "c/t/0", .position = 3, .stored_us = 9});
  const auto found = bench.find("a");
  EXPECT_EQ(found.document, "from the store");
  EXPECT_EQ(found.stored_us, 9);
  EXPECT_TRUE(newest(bench, 10).empty()) << "reading is not writing";
}

TEST(CacheSinkStage, CancelsALeaseWhenTheKeyIsWritten) {
  Bench<CacheSink> bench(R"({"key":"/id"})");
  bench.start();
  const auto miss = bench.find("a");
  ASSERT_TRUE(bench.process({order("a", "2")}).ok());
  bench.fill(miss.lease, {.key = "a", .document = order("a", "1")});
  EXPECT_EQ(bench.find("a").document, order("a", "2"));
}

TEST(CacheSinkStage, DropsTheEntriesOfALostLane) {
  Bench<CacheSink> bench(R"({"key":"/id"})");
  bench.origin = "c/t/0";
  ASSERT_TRUE(bench.process({order("a")}).ok());
  bench.origin = "c/t/1";
  bench.lane = 1;
  ASSERT_TRUE(bench.process({order("b")}).ok());
  bench.lost(0, "c/t/0");
  EXPECT_EQ(bench.find("a").answer, Answer::absent);
  EXPECT_EQ(bench.find("b").answer, Answer::found);
  EXPECT_EQ(bench.metric("weir_cache_entries"), 1);
  bench.origin = "c/t/0";
  bench.lane = 2;
  ASSERT_TRUE(bench.process({order("a")}).ok());
  EXPECT_EQ(bench.find("a").answer, Answer::found) << "the lane came back";
}

TEST(CacheSinkStage, KeepsWhatItRestoredOfALaneThatNobodyHasWrittenSince) {
  Bench<CacheSink> bench(restoring);
  bench.offer("store", store_of(3));
  bench.keep_positions({{"c/t/0", 3}});
  bench.start();
  bench.gained(0, "c/t/0", 3);
  EXPECT_EQ(newest(bench, 10), (std::vector<std::string>{"k2", "k1", "k0"}));
  EXPECT_EQ(bench.metric("weir_cache_entries"), 3);
}

TEST(CacheSinkStage, DropsWhatItRestoredOfALaneThatAnotherHasWrittenSince) {
  Bench<CacheSink> bench(restoring);
  bench.offer("store", store_of(3));
  bench.keep_positions({{"c/t/0", 3}});
  bench.start();
  bench.gained(0, "c/t/0", 4);
  EXPECT_TRUE(newest(bench, 10).empty());
  EXPECT_EQ(bench.find("k1").answer, Answer::absent);
  EXPECT_EQ(bench.metric("weir_cache_entries"), 0);
}

TEST(CacheSinkStage, AsksForThePositionsBeforeItReadsTheStore) {
  Bench<CacheSink> bench(restoring);
  Neighbour store = store_of(3);
  store.latest = [&bench, all = store.latest](std::size_t limit, const Visit& visit) {
    bench.keep_positions({{"c/t/0", 4}});  // another instance writes meanwhile
    return all(limit, visit);
  };
  bench.offer("store", store);
  bench.keep_positions({{"c/t/0", 3}});
  bench.start();
  bench.gained(0, "c/t/0", 4);
  EXPECT_EQ(bench.find("k1").answer, Answer::absent);
}

TEST(CacheSinkStage, PassesABatchOfALostLaneOnAndDoesNotCacheIt) {
  Bench<CacheSink> bench(R"({"key":"/id"})");
  bench.gained(0, bench.origin);
  bench.lost(0, bench.origin);
  const auto result = bench.process({order("a")});
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result.passed.size(), 1U);
  EXPECT_EQ(bench.find("a").answer, Answer::absent);
  EXPECT_TRUE(newest(bench, 10).empty());
}

TEST(CacheSinkStage, CountsHitsAndMisses) {
  Bench<CacheSink> bench(R"({"key":"/id"})");
  ASSERT_TRUE(bench.process({order("a")}).ok());
  bench.find("a");
  bench.find("a");
  bench.find("b");
  EXPECT_EQ(bench.metric("weir_cache_hits_total"), 2);
  EXPECT_EQ(bench.metric("weir_cache_misses_total"), 1);
  EXPECT_GT(bench.metric("weir_cache_bytes"), 0);
}

TEST(CacheSinkStage, CanBeRebuilt) { EXPECT_TRUE(CacheSink::info.rebuildable); }

TEST(CacheSinkStage, RefusesAKeyThatIsNoPointer) {
  EXPECT_THROW(Bench<CacheSink>(R"({"key":"order_uid"})"), std::runtime_error);
}

TEST(CacheSinkStage, IsReadWhileSeveralShardsWrite) {
  Bench<CacheSink> bench(R"({"key":"/id","capacity":1000})");
  for (std::uint32_t shard = 0; shard < 2; ++shard) bench.open(shard);
  std::vector<std::thread> threads;
  for (std::uint32_t shard = 0; shard < 2; ++shard) {
    threads.emplace_back([&bench, shard] {
      for (int i = 0; i < 300; ++i) {
        EXPECT_TRUE(
            bench.process(shard, {order(std::to_string(shard) + "-" + std::to_string(i)), "{}"})
                .ok());
      }
    });
  }
  threads.emplace_back([&bench] {
    for (int i = 0; i < 300; ++i) {
      const auto found = bench.find("0-" + std::to_string(i));
      if (found.answer == Answer::absent)
        bench.fill(found.lease, {.key = "0-" + std::to_string(i), .document = "{}"});
      bench.latest(5);
    }
  });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(bench.find("1-299").answer, Answer::found);
}

}  // namespace
}  // namespace weir::cache_sink
