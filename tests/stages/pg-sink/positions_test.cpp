#include <gmock/gmock.h>

#include <thread>

#include "database.hpp"

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using weir::Claim;
using Inputs = std::vector<weir::testing::Input>;

namespace {

class PgSinkPositions : public OrderTables {
 protected:
  static constexpr const char* lane_row =
      "SELECT origin, epoch, next, last FROM weir_positions ORDER BY 1";
  static constexpr const char* rejects = "SELECT position, code FROM weir_rejects ORDER BY 1";
};

TEST_F(PgSinkPositions, AreKeptInTheTransactionOfTheRows) {
  SinkBench bench(order_config());
  EXPECT_EQ(bench.claim(0, bench.origin), Claim{});
  bench.next_position = 7;
  std::vector<std::string> seen;
  bench.on_flush = [&](std::string&) {
    seen = sql("SELECT next FROM weir_positions");
    return WEIR_OK;
  };
  ASSERT_TRUE(bench.process({order("a"), order("b"), "not JSON"}).ok());
  EXPECT_THAT(seen, ElementsAre("-")) << "nobody sees the position before the rows";
  EXPECT_THAT(sql(lane_row), ElementsAre("test/orders/0|1|10|9"));
  const Claim claim = bench.claim(1, bench.origin);
  EXPECT_EQ(claim.next, 10);
  EXPECT_EQ(claim.last, 9);
  EXPECT_EQ(claim.mark, std::hash<std::string>{}("not JSON"));
}

TEST_F(PgSinkPositions, RejectedMessagesHaveARowEachWithTheirCode) {
  SinkBench bench(order_config());
  bench.claim(0, bench.origin);
  bench.rejected_before = {{3, "schema"}, {4, "schema"}};
  bench.next_position = 5;
  ASSERT_TRUE(bench.process({"not JSON", order("a"), order("b", R"("sm_id": "x")")}).ok());
  EXPECT_THAT(sql(rejects), ElementsAre("3|schema", "4|schema", "5|json", "7|type"));
}

TEST_F(PgSinkPositions, ARowThatPostgresRefusesHasItsRejectBesideItsNeighbours) {
  sql("ALTER TABLE items ADD CONSTRAINT affordable CHECK (price < 1000)");
  SinkBench bench(order_config());
  bench.claim(0, bench.origin);
  const auto result =
      bench.process({order("a"), order("b", R"("items": [{"price": 1000}])"), order("c")});
  sql("ALTER TABLE items DROP CONSTRAINT affordable");
  ASSERT_TRUE(result.ok()) << result.error;
  EXPECT_THAT(sql(rejects), ElementsAre("1|database"));
  EXPECT_THAT(sql(lane_row), ElementsAre("test/orders/0|1|3|2"));
  EXPECT_THAT(sql("SELECT order_uid FROM orders ORDER BY 1"), ElementsAre("a", "c"));
}

TEST_F(PgSinkPositions, OneBadMessageAmongAThousandCostsAtMostTenHalvings) {
  sql("ALTER TABLE items ADD CONSTRAINT affordable CHECK (price < 1000)");
  for (const int bad : {0, 617, 999}) {
    SinkBench bench(order_config());
    Inputs batch;
    for (int i = 0; i < 1'000; ++i)
      batch.emplace_back(order(std::to_string(i), i == bad ? R"("items": [{"price": 1000}])" : ""));
    EXPECT_THAT(bench.process(batch).rejected, SizeIs(1));
    // Each halving is at most two attempts, and the last one at most one.
    EXPECT_LE(bench.metric("weir_pg_halvings_total"), 10) << bad;
  }
  sql("ALTER TABLE items DROP CONSTRAINT affordable");
}

TEST_F(PgSinkPositions, AnEmptyOrWhollyRejectedBatchMovesThePositionToo) {
  SinkBench bench(order_config());
  bench.claim(0, bench.origin);
  bench.next_position = 5;
  ASSERT_TRUE(bench.process(Inputs{}).ok());
  EXPECT_THAT(sql(lane_row), ElementsAre("test/orders/0|1|5|-")) << "a start that was decided";
  ASSERT_TRUE(bench.process({"not JSON", "nor this"}).ok());
  EXPECT_THAT(sql(lane_row), ElementsAre("test/orders/0|1|7|6"));
  EXPECT_THAT(sql("SELECT count(*) FROM orders"), ElementsAre("0"));
}

TEST_F(PgSinkPositions, ABatchOfAnOlderClaimIsFencedAndStoresNothing) {
  SinkBench old(order_config());
  SinkBench other(order_config());
  old.claim(0, old.origin);
  ASSERT_TRUE(old.process({order("a")}).ok());
  EXPECT_EQ(other.claim(0, other.origin).next, 1);
  const auto result = old.process({order("b"), "not JSON"});
  EXPECT_EQ(result.status, WEIR_FENCED);
  EXPECT_THAT(result.error, HasSubstr("epoch 2 of test/orders/0"));
  EXPECT_EQ(result.flushes, 0U) << "its letters are not its own any more";
  EXPECT_THAT(sql("SELECT order_uid FROM orders"), ElementsAre("a"));
  EXPECT_THAT(sql(rejects), IsEmpty());
  other.next_position = 1;
  EXPECT_TRUE(other.process({order("b")}).ok());
  EXPECT_THAT(sql(lane_row), ElementsAre("test/orders/0|2|2|1"));
}

TEST_F(PgSinkPositions, ABatchOfALaneThatWasGivenUpIsFenced) {
  SinkBench bench(order_config());
  bench.claim(0, bench.origin);
  ASSERT_TRUE(bench.process({order("a")}).ok());
  bench.lost(0, bench.origin);
  bench.claim(1, bench.origin);
  EXPECT_EQ(bench.process({order("b")}).status, WEIR_FENCED);
  bench.lane = 1;
  EXPECT_TRUE(bench.process({order("b")}).ok());
}

TEST_F(PgSinkPositions, AClaimWaitsForTheTransactionOfTheHolderBefore) {
  SinkBench holder(order_config());
  SinkBench heir(order_config());
  holder.claim(0, holder.origin);
  heir.start();
  Claim claim;
  std::jthread claiming;
  holder.on_flush = [&](std::string&) {
    claiming = std::jthread([&] { claim = heir.claim(0, heir.origin); });
    const auto deadline = soon();
    const std::string waiting =
        "SELECT 1 FROM pg_stat_activity WHERE application_name LIKE '%claims' AND "
        "wait_event_type = 'Lock'";
    while (sql(waiting).empty() && weir::pg_sink::Clock::now() < deadline)
      std::this_thread::yield();
    return WEIR_OK;
  };
  ASSERT_TRUE(holder.process({order("a")}).ok());
  claiming.join();
  EXPECT_EQ(claim.next, 1) << "what was under way counts";
  holder.on_flush = nullptr;
  EXPECT_EQ(holder.process({order("b")}).status, WEIR_FENCED);
}

/// As when the answer to COMMIT was lost: the batch is stored, and comes again.
TEST_F(PgSinkPositions, ABatchThatWasCommittedWithoutOurKnowingIsDoneBefore) {
  SinkBench bench(order_config());
  bench.claim(0, bench.origin);
  ASSERT_TRUE(bench.process({order("a"), "not JSON"}).ok());
  sql("UPDATE orders SET entry = 'seen'");
  bench.next_position = 0;
  bench.lane = 2;
  EXPECT_EQ(bench.process({order("a"), "not JSON"}).status, WEIR_FENCED) << "not claimed";
  bench.lane = 0;
  SinkBench again(order_config());
  again.claim(5, again.origin);
  again.lane = 5;
  const auto result = again.process({order("a"), "not JSON"});
  ASSERT_TRUE(result.ok()) << result.error;
  EXPECT_THAT(result.rejected, SizeIs(1)) << "the steps after it see the same as the first time";
  EXPECT_THAT(sql("SELECT entry FROM orders"), ElementsAre("seen")) << "it was not stored again";
  EXPECT_THAT(sql(rejects), ElementsAre("1|json"));
}

TEST_F(PgSinkPositions, ASessionThatStillHoldsTheLaneIsEndedBeforeTheBatchIsTriedAgain) {
  SinkBench bench(order_config());
  bench.claim(0, bench.origin);
  bench.on_flush = [&](std::string& why) {
    bench.interrupt();  // cuts the line while the transaction is open
    why = "not now";
    return WEIR_RETRY;
  };
  EXPECT_EQ(bench.process({order("a")}).status, WEIR_RETRY);
  bench.on_flush = nullptr;
  EXPECT_TRUE(bench.process({order("a")}).ok());
  EXPECT_THAT(sql(lane_row), ElementsAre("test/orders/0|1|1|0"));
}

TEST_F(PgSinkPositions, StopsWhenSomebodyHasMovedOrRemovedThePosition) {
  SinkBench bench(order_config());
  bench.claim(0, bench.origin);
  ASSERT_TRUE(bench.process({order("a")}).ok());
  sql("UPDATE weir_positions SET next = 50");
  auto result = bench.process({order("b")});
  EXPECT_EQ(result.status, WEIR_FAILED);
  EXPECT_THAT(result.error, HasSubstr("stands at 50 in weir_positions, where a batch from 1 to 2"));
  sql("DELETE FROM weir_positions");
  result = bench.process({order("b")});
  EXPECT_EQ(result.status, WEIR_FAILED);
  EXPECT_THAT(result.error, HasSubstr("is gone from weir_positions"));
  EXPECT_THAT(sql("SELECT order_uid FROM orders"), ElementsAre("a"));
}

TEST_F(PgSinkPositions, ClaimsAskForARetryWhileTheServerIsDown) {
  SinkBench bench(order_config());
  bench.start();
  database().stop();
  EXPECT_THROW(bench.claim(0, bench.origin), weir::Retry);
  database().start();
  EXPECT_EQ(bench.claim(0, bench.origin), Claim{});
}

TEST_F(PgSinkPositions, AreShownToWhoeverAsks) {
  SinkBench bench(order_config());
  bench.claim(0, "c/orders/0");
  bench.claim(1, "c/orders/1");
  bench.origin = "c/orders/0";
  ASSERT_TRUE(bench.process({order("a")}).ok());
  EXPECT_THAT(bench.positions(), ElementsAre(std::pair("c/orders/0", 1)))
      << "a lane that has not begun has none";
}

TEST_F(PgSinkPositions, StartSaysThatTheirTablesAreMissing) {
  sql("ALTER TABLE weir_rejects RENAME TO weir_rejects_away");
  SinkBench bench(order_config());
  try {
    bench.start();
    ADD_FAILURE() << "it started";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("run db/setup, or apply what is new in db/migrations"));
  }
  sql("ALTER TABLE weir_rejects_away RENAME TO weir_rejects");
}

}  // namespace
