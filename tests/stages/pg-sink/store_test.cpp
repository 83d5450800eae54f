#include <gmock/gmock.h>

#include "database.hpp"
#include "json_value.hpp"

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using weir::Answer;

using PgSink = OrderTables;

TEST_F(PgSink, StoresTheModelOrderInItsFourTables) {
  SinkBench bench(order_config());
  const auto result = bench.process({order("a")});
  ASSERT_TRUE(result.ok()) << result.error;
  EXPECT_THAT(result.passed, SizeIs(1));
  EXPECT_THAT(sql("SELECT order_uid, sm_id, date_created, document, weir_origin, weir_position "
                  "FROM orders"),
              ElementsAre("a|99|2021-11-26 06:22:19+00|-|test/orders/0|0"));
  EXPECT_THAT(sql("SELECT order_uid, city FROM deliveries"), ElementsAre("a|Kiryat Mozkin"));
  EXPECT_THAT(sql("SELECT order_uid, amount, request_id FROM payments"), ElementsAre("a|1817|"));
  EXPECT_THAT(sql("SELECT order_uid, ordinal, price, brand FROM items"),
              ElementsAre("a|0|453|Vivienne Sabo"));
}

TEST_F(PgSink, StoresWhatLooksLikeSqlOrAnArrayAsTheTextThatItIs) {
  SinkBench bench(order_config());
  const std::string odd = R"('; DROP TABLE items; -- \" \\ {a,\"b\"} NULL \u0001 ü 日本 😀)";
  const std::string sent =
      order("a'b\"c\\d{,}", R"("entry": ")" + odd + R"(", "locale": "NULL", "shardkey": "")");
  ASSERT_TRUE(bench.process({sent}).ok());
  const auto found = bench.find("a'b\"c\\d{,}");
  ASSERT_EQ(found.answer, Answer::found);
  EXPECT_EQ(json_value(found.document), json_value(sent));
  EXPECT_THAT(sql("SELECT count(*) FROM orders WHERE document IS NULL"), ElementsAre("1"));
}

TEST_F(PgSink, ReplacesAllItemsWhenAnOrderComesAgain) {
  SinkBench bench(order_config());
  ASSERT_TRUE(bench
                  .process({order("a", R"("items": [{"price": 1}, {"price": 2}, {"price": 3}])"),
                            order("b")})
                  .ok());
  ASSERT_TRUE(bench.process({order("a", R"("items": [{"price": 9}])")}).ok());
  EXPECT_THAT(sql("SELECT ordinal, price FROM items WHERE order_uid = 'a'"), ElementsAre("0|9"));
  EXPECT_THAT(sql("SELECT count(*) FROM items WHERE order_uid = 'b'"), ElementsAre("1"));
}

TEST_F(PgSink, RemovesTheRowsOfAPartThatIsGoneWhenAnOrderComesAgain) {
  SinkBench bench(order_config());
  ASSERT_TRUE(bench.process({order("a")}).ok());
  ASSERT_TRUE(bench.process({R"({"order_uid": "a", "entry": "new"})"}).ok());
  EXPECT_THAT(sql("SELECT entry, locale FROM orders"), ElementsAre("new|-"));
  EXPECT_THAT(sql("SELECT count(*) FROM deliveries"), ElementsAre("0"));
  EXPECT_THAT(sql("SELECT count(*) FROM payments"), ElementsAre("0"));
  EXPECT_THAT(sql("SELECT count(*) FROM items"), ElementsAre("0"));
}

TEST_F(PgSink, ChangesOnlyTheRowsThatDifferWhenAnOrderComesAgain) {
  SinkBench bench(order_config());
  ASSERT_TRUE(bench.process({order("a", R"("items": [{"price": 1}, {"price": 2}])")}).ok());
  const auto rows = [](const std::string& of) { return sql("SELECT ctid, xmin FROM " + of).at(0); };
  const auto delivery = rows("deliveries"), payment = rows("payments");
  const auto first = rows("items WHERE ordinal = 0"), second = rows("items WHERE ordinal = 1");
  ASSERT_TRUE(bench
                  .process({order("a", R"("items": [{"price": 1}, {"price": 3}, {"price": 4}],
                                          "payment": {"amount": 5})")})
                  .ok());
  EXPECT_EQ(rows("deliveries"), delivery);
  EXPECT_NE(rows("payments"), payment);
  EXPECT_EQ(rows("items WHERE ordinal = 0"), first);
  EXPECT_NE(rows("items WHERE ordinal = 1"), second);
  EXPECT_THAT(sql("SELECT amount, currency FROM payments"), ElementsAre("5|-"));
  EXPECT_THAT(sql("SELECT ordinal, price FROM items ORDER BY 1"), ElementsAre("0|1", "1|3", "2|4"));
}

TEST_F(PgSink, IgnoresAnOlderPositionOfTheSameOrigin) {
  SinkBench bench(order_config());
  bench.next_position = 10;
  ASSERT_TRUE(bench.process({order("a", R"("entry": "newer", "items": [{"price": 2}])")}).ok());
  bench.next_position = 3;
  const auto result =
      bench.process({order("a", R"("entry": "older", "items": [{"price": 1}, {"price": 1}])")});
  ASSERT_TRUE(result.ok());
  EXPECT_THAT(result.passed, SizeIs(1)) << "it is done, only superseded";
  EXPECT_THAT(sql("SELECT entry, weir_position FROM orders"), ElementsAre("newer|10"));
  EXPECT_THAT(sql("SELECT price FROM items"), ElementsAre("2"));
  EXPECT_EQ(bench.metric("weir_pg_superseded_total"), 1);
}

TEST_F(PgSink, TakesAnyPositionOfAnotherOrigin) {
  SinkBench bench(order_config());
  bench.next_position = 10;
  ASSERT_TRUE(bench.process({order("a", R"("entry": "first")")}).ok());
  bench.lane = 1;
  bench.origin = "test/orders/1";
  bench.next_position = 0;
  ASSERT_TRUE(bench.process({order("a", R"("entry": "second")")}).ok());
  EXPECT_THAT(sql("SELECT entry, weir_origin, weir_position FROM orders"),
              ElementsAre("second|test/orders/1|0"));
}

TEST_F(PgSink, ChangesNothingMoreWhenTheSameBatchComesAgain) {
  SinkBench bench(order_config());
  const std::vector<weir::testing::Input> batch{order("a"), order("b"),
                                                order("a", R"("entry": "last")")};
  ASSERT_TRUE(bench.process(batch).ok());
  const auto orders = sql("SELECT order_uid, entry, weir_position FROM orders ORDER BY 1");
  bench.next_position = 0;
  ASSERT_TRUE(bench.process(batch).ok());
  EXPECT_EQ(sql("SELECT order_uid, entry, weir_position FROM orders ORDER BY 1"), orders);
  EXPECT_THAT(sql("SELECT order_uid, count(*) FROM items GROUP BY 1 ORDER BY 1"),
              ElementsAre("a|1", "b|1"));
}

TEST_F(PgSink, KeepsTheLastOfTheSameKeyInOneBatch) {
  SinkBench bench(order_config());
  const auto result =
      bench.process({order("a", R"("entry": "1", "items": [{"price": 1}, {"price": 1}])"),
                     order("b"), order("a", R"("entry": "2", "items": [{"price": 2}])")});
  ASSERT_TRUE(result.ok()) << result.error;
  EXPECT_THAT(result.rejected, IsEmpty());
  EXPECT_THAT(sql("SELECT entry, weir_position FROM orders WHERE order_uid = 'a'"),
              ElementsAre("2|2"));
  EXPECT_THAT(sql("SELECT price FROM items WHERE order_uid = 'a'"), ElementsAre("2"));
  EXPECT_EQ(bench.metric("weir_pg_messages_total"), 3);
  EXPECT_EQ(bench.metric("weir_pg_superseded_total"), 1);
}

TEST_F(PgSink, MergesTheSameKeyAfterRejects) {
  SinkBench bench(order_config());
  const auto result = bench.process(
      {order("a", R"("entry": "good")"), order("a", R"("entry": "bad", "sm_id": "not a number")")});
  ASSERT_TRUE(result.ok());
  EXPECT_THAT(result.rejected, SizeIs(1));
  EXPECT_THAT(sql("SELECT entry FROM orders"), ElementsAre("good"));
}

TEST_F(PgSink, FlushesTheRejectsBeforeItCommits) {
  SinkBench bench(order_config());
  std::vector<std::string> seen;
  bench.on_flush = [&](std::string&) {
    seen = sql("SELECT count(*) FROM orders");
    return WEIR_OK;
  };
  const auto result = bench.process({order("a"), "not JSON"});
  ASSERT_TRUE(result.ok());
  EXPECT_THAT(seen, ElementsAre("0"));
  EXPECT_THAT(sql("SELECT count(*) FROM orders"), ElementsAre("1"));
}

TEST_F(PgSink, StoresNothingWhenTheRejectsCannotBeFlushed) {
  SinkBench bench(order_config());
  bench.on_flush = [&](std::string& why) {
    why = "the disk is full";
    return WEIR_RETRY;
  };
  const auto result = bench.process({order("a"), "not JSON"});
  EXPECT_EQ(result.status, WEIR_RETRY);
  EXPECT_THAT(result.error, HasSubstr("the disk is full"));
  EXPECT_THAT(sql("SELECT count(*) FROM orders"), ElementsAre("0"));
  bench.on_flush = nullptr;
  EXPECT_TRUE(bench.process({order("a"), "not JSON"}).ok());
  EXPECT_THAT(sql("SELECT count(*) FROM orders"), ElementsAre("1"));
}

TEST_F(PgSink, TakesAnEmptyBatch) {
  SinkBench bench(order_config());
  EXPECT_TRUE(bench.process(std::vector<weir::testing::Input>{}).ok());
}

TEST_F(PgSink, TwoWorkersThatWriteTheSameOrdersLeaveNoMixture) {
  SinkBench bench(order_config());
  bench.start();
  bench.open(0);
  bench.open(1);
  const auto batch = [](const std::string& mark, std::size_t items, bool backwards) {
    std::vector<weir::testing::Input> inputs;
    std::string list;
    for (std::size_t i = 0; i < items; ++i)
      list += (i == 0 ? "{\"brand\": \"" : ", {\"brand\": \"") + mark + "\"}";
    for (int i = 0; i < 200; ++i) {
      const std::string uid = "o" + std::to_string(backwards ? 199 - i : i);
      inputs.emplace_back(order(uid, R"("entry": ")" + mark + R"(", "items": [)" + list + "]"));
    }
    return inputs;
  };
  const auto write = [&](std::uint32_t shard, const std::string& mark, std::size_t items) {
    for (int round = 0; round < 10; ++round) {
      auto result = bench.process(shard, batch(mark, items, shard == 1));
      ASSERT_NE(result.status, WEIR_FAILED) << result.error;
    }
  };
  std::jthread other([&] { write(1, "y", 3); });
  write(0, "x", 5);
  other.join();
  EXPECT_THAT(
      sql("SELECT o.order_uid, o.entry, count(*), min(i.brand), max(i.brand) FROM orders o "
          "LEFT JOIN items i USING (order_uid) GROUP BY 1, 2 "
          "HAVING count(*) <> CASE o.entry WHEN 'x' THEN 5 ELSE 3 END OR min(i.brand) <> o.entry "
          "OR max(i.brand) <> o.entry"),
      IsEmpty());
  EXPECT_THAT(sql("SELECT count(*) FROM orders"), ElementsAre("200"));
}
