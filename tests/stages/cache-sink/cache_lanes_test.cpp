#include <gtest/gtest.h>

#include <string>

#include "cache.hpp"

namespace weir::cache_sink {
namespace {

using namespace std::chrono_literals;

/// A cache whose clock stands until it is told, and documents for it.
class CacheOfLanes : public ::testing::Test {
 protected:
  CacheOfLanes() : cache({.entries = 100, .bytes = std::size_t{1} << 20}, [this] { return now; }) {}

  DocumentPtr document(const std::string& key, const std::string& bytes, std::int64_t position = 0,
                       const std::string& origin = "c/t/0") {
    return make_document(key, bytes, cache.origin(origin), position, 0);
  }
  std::string found(const std::string& key) {
    const auto lookup = cache.find(key);
    return lookup.document ? std::string(lookup.document->bytes) : "nothing";
  }
  void read_through(const DocumentPtr& read) {
    const auto miss = cache.find(read->key);
    ASSERT_EQ(miss.document, nullptr);
    cache.fill(miss.lease, read);
  }

  char restore(const DocumentPtr& document) { return cache.restore({&document, 1}).front(); }

  Time now{1h};
  Cache cache;
};

TEST_F(CacheOfLanes, AForeignFillIsServedForOneSecond) {
  read_through(document("a", "x"));
  now += 999ms;
  EXPECT_EQ(found("a"), "x");
  now += 1ms;
  EXPECT_EQ(cache.peek("a"), nullptr);
  const auto miss = cache.find("a");
  EXPECT_EQ(miss.document, nullptr);
  EXPECT_NE(miss.lease, 0U);
  EXPECT_EQ(cache.size().entries, 0U);
}

TEST_F(CacheOfLanes, TheSecondBeginsWithTheMiss) {
  const auto miss = cache.find("a");
  now += 600ms;  // the store is slow
  cache.fill(miss.lease, document("a", "x"));
  now += 399ms;
  EXPECT_EQ(found("a"), "x");
  now += 1ms;
  EXPECT_EQ(found("a"), "nothing");
}

TEST_F(CacheOfLanes, AForeignFillThatComesTooLateIsNotKept) {
  const auto miss = cache.find("a");
  now += 1s;
  cache.fill(miss.lease, document("a", "x"));
  EXPECT_EQ(cache.size().entries, 0U);
}

TEST_F(CacheOfLanes, AFillOfALaneOfOursStays) {
  cache.gained(1, "c/t/0", 7);
  read_through(document("a", "x"));
  now += 1h;
  EXPECT_EQ(found("a"), "x");
}

TEST_F(CacheOfLanes, WhatWasRestoredIsServedForOneSecondUntilItsLaneIsGained) {
  cache.begin_restore({{"c/t/0", 7}});
  restore(document("a", "x", 6));
  now += 999ms;
  EXPECT_EQ(found("a"), "x");
  now += 1ms;
  EXPECT_EQ(cache.peek("a"), nullptr);
  cache.gained(1, "c/t/0", 7);
  now += 1h;
  EXPECT_EQ(found("a"), "x") << "nobody has written in between";
}

TEST_F(CacheOfLanes, WhatWasReadAfterTheRestoreCountsAsRestored) {
  cache.begin_restore({{"c/t/0", 7}});
  read_through(document("a", "x", 6));
  cache.gained(1, "c/t/0", 7);
  now += 1h;
  EXPECT_EQ(found("a"), "x");
}

TEST_F(CacheOfLanes, WhatWasRestoredIsDroppedWhenItsLaneHasMovedOn) {
  cache.begin_restore({{"c/t/0", 7}, {"c/t/1", 3}});
  restore(document("a", "x", 6));
  restore(document("b", "y", 2, "c/t/1"));
  cache.gained(1, "c/t/0", 8);
  cache.gained(2, "c/t/1", 3);
  EXPECT_EQ(found("a"), "nothing");
  EXPECT_EQ(found("b"), "y");
}

TEST_F(CacheOfLanes, AnOriginWithoutAPositionHasNotBeenWrittenWhenItStillHasNone) {
  cache.begin_restore({{"c/t/1", 3}});
  restore(document("a", "x", 6));
  cache.gained(1, "c/t/0", -1);
  now += 1h;
  EXPECT_EQ(found("a"), "x");
}

TEST_F(CacheOfLanes, AnOriginThatHasItsFirstPositionSinceWasWritten) {
  cache.begin_restore({{"c/t/1", 3}});
  restore(document("a", "x", 6));
  cache.gained(1, "c/t/0", 7);
  EXPECT_EQ(found("a"), "nothing");
}

TEST_F(CacheOfLanes, APositionThatWasNotedIsGoodForOneGain) {
  cache.begin_restore({{"c/t/0", 7}});
  cache.gained(1, "c/t/0", 7);
  cache.lost(1, "c/t/0");
  read_through(document("a", "x", 6));
  cache.gained(2, "c/t/0", 7);
  EXPECT_EQ(found("a"), "nothing") << "another may have written since, and begun anew";
}

TEST_F(CacheOfLanes, ALaneThatIsLostBeforeItWasGainedTakesItsNoteAlong) {
  cache.begin_restore({{"c/t/0", 7}});
  cache.lost(1, "c/t/0");
  read_through(document("a", "x", 6));
  cache.gained(2, "c/t/0", 7);
  EXPECT_EQ(found("a"), "nothing");
}

TEST_F(CacheOfLanes, WithoutARestoreNothingIsKnownOfWhatWasReadBeforeTheGain) {
  read_through(document("a", "x", 6));
  cache.gained(1, "c/t/0", -1);
  EXPECT_EQ(found("a"), "nothing");
}

TEST_F(CacheOfLanes, ALostLaneTakesItsEntriesAlongAtOnce) {
  cache.gained(1, "c/t/0", 7);
  cache.gained(2, "c/t/1", 7);
  cache.put(1, document("a", "x", 7));
  cache.put(2, document("b", "y", 7, "c/t/1"));
  cache.lost(1, "c/t/0");
  EXPECT_EQ(cache.size().entries, 1U);
  EXPECT_EQ(found("a"), "nothing");
  now += 1h;
  EXPECT_EQ(found("b"), "y");
}

TEST_F(CacheOfLanes, ABatchOfALostLaneIsNotTaken) {
  cache.gained(1, "c/t/0", 7);
  cache.lost(1, "c/t/0");
  EXPECT_FALSE(cache.put(1, document("a", "x", 7)));
  cache.gained(2, "c/t/0", 9);
  EXPECT_FALSE(cache.put(1, document("a", "x", 8)));
  EXPECT_TRUE(cache.put(2, document("a", "y", 9)));
  EXPECT_EQ(found("a"), "y");
}

TEST_F(CacheOfLanes, TheLossOfAnOldLaneLeavesTheNewOneAlone) {
  cache.gained(1, "c/t/0", 7);
  cache.gained(2, "c/t/0", 7);
  cache.put(2, document("a", "x", 7));
  cache.lost(1, "c/t/0");
  now += 1h;
  EXPECT_EQ(found("a"), "x");
}

TEST_F(CacheOfLanes, AFillThatBeganBeforeALossAndAGainIsNotTaken) {
  cache.gained(1, "c/t/0", 7);
  const auto miss = cache.find("a");
  const auto read = document("a", "what another replaced meanwhile", 6);
  cache.lost(1, "c/t/0");
  cache.gained(2, "c/t/0", 9);
  cache.fill(miss.lease, read);
  EXPECT_EQ(found("a"), "nothing");
  read_through(document("a", "x", 8));
  EXPECT_EQ(found("a"), "x") << "a miss after the gain reads what is true";
}

TEST_F(CacheOfLanes, AFillThatBeganBeforeAGainElsewhereIsNotTaken) {
  cache.begin_restore({{"c/t/0", 7}});
  const auto miss = cache.find("a");
  const auto read = document("a", "what another replaced meanwhile", 6);
  cache.gained(1, "c/t/0", 8);
  cache.fill(miss.lease, read);
  EXPECT_EQ(found("a"), "nothing");
}

TEST_F(CacheOfLanes, AFillThatBeganBeforeALossIsNotTaken) {
  cache.gained(1, "c/t/0", 7);
  const auto miss = cache.find("a");
  cache.lost(1, "c/t/0");
  cache.fill(miss.lease, document("a", "x", 6));
  EXPECT_EQ(found("a"), "nothing");
}

TEST_F(CacheOfLanes, AnOlderPositionReplacesNoNewerOneInAnyWay) {
  cache.begin_restore({{"c/t/0", 7}});
  restore(document("a", "new", 6));
  EXPECT_EQ(restore(document("a", "old", 5)), 0);
  now += 1s;
  cache.gained(1, "c/t/0", 7);
  EXPECT_FALSE(cache.put(1, document("a", "old", 5)));
  EXPECT_EQ(found("a"), "new");

  const auto slow = cache.find("b");
  read_through(document("b", "new", 6));
  cache.fill(slow.lease, document("b", "old", 5));
  EXPECT_EQ(found("b"), "new");
}

TEST_F(CacheOfLanes, AFillReplacesWhatIsNoLongerServed) {
  cache.gained(1, "c/t/0", 7);
  const auto slow = cache.find("a");
  read_through(document("a", "x", 6, "c/t/1"));
  now += 1001ms;
  cache.fill(slow.lease, document("a", "y", 6));
  EXPECT_EQ(found("a"), "y");
}

TEST_F(CacheOfLanes, AnEngineThatTellsOfNoGainMeansThatALaneIsOurs) {
  EXPECT_TRUE(cache.put(1, document("a", "x", 7)));
  now += 1h;
  EXPECT_EQ(found("a"), "x");
  cache.lost(1, "c/t/0");
  EXPECT_FALSE(cache.put(1, document("a", "x", 7))) << "this one was lost";
  EXPECT_TRUE(cache.put(2, document("a", "y", 8))) << "it has come back";
  now += 1h;
  EXPECT_EQ(found("a"), "y");
}

TEST_F(CacheOfLanes, WithoutPositionsWhatWasRestoredStaysOnceTheLaneIsHere) {
  cache.begin_restore({});
  restore(document("a", "x", 6));
  EXPECT_TRUE(cache.put(1, document("b", "y", 7)));
  now += 1h;
  EXPECT_EQ(found("a"), "x");
}

TEST_F(CacheOfLanes, ADocumentOfUnknownOriginStaysWhereNoPositionsAreKept) {
  read_through(document("a", "x", 0, ""));
  now += 1h;
  EXPECT_EQ(found("a"), "x");
}

TEST_F(CacheOfLanes, ADocumentOfUnknownOriginIsForeignWherePositionsAreKept) {
  read_through(document("a", "x", 0, ""));
  now += 1h;
  cache.gained(1, "c/t/0", 7);
  EXPECT_EQ(found("a"), "nothing");
  read_through(document("a", "y", 0, ""));
  EXPECT_EQ(found("a"), "y");
  now += 1001ms;
  EXPECT_EQ(found("a"), "nothing");

  cache.begin_restore({{"c/t/0", 7}});
  restore(document("b", "z", 0, ""));
  now += 1001ms;
  EXPECT_EQ(found("b"), "nothing");
}

}  // namespace
}  // namespace weir::cache_sink
