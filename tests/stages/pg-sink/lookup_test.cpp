#include <gmock/gmock.h>

#include <chrono>

#include "database.hpp"
#include "json_value.hpp"

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;
using weir::Answer;

using PgSinkLookup = OrderTables;

TEST_F(PgSinkLookup, FindsWhatWasStored) {
  SinkBench bench(order_config());
  bench.next_position = 7;
  ASSERT_TRUE(bench.process({order("a")}).ok());
  const auto found = bench.find("a");
  ASSERT_EQ(found.answer, Answer::found) << found.why;
  EXPECT_EQ(found.key, "a");
  EXPECT_EQ(json_value(found.document), json_value(order("a")));
  EXPECT_EQ(found.origin, "test/orders/0");
  EXPECT_EQ(found.position, 7);
  EXPECT_EQ(found.lease, 0U);
  EXPECT_EQ(
      std::to_string(found.stored_us),
      sql("SELECT (extract(epoch FROM weir_stored_at) * 1000000)::bigint FROM orders").front());
}

TEST_F(PgSinkLookup, SaysAbsentOfAKeyThatIsNotThere) {
  SinkBench bench(order_config());
  bench.start();
  EXPECT_EQ(bench.find("nothing").answer, Answer::absent);
  EXPECT_EQ(bench.find("'; DROP TABLE orders; --").answer, Answer::absent);
  EXPECT_EQ(bench.find(std::string_view("a\0b", 3)).answer, Answer::absent);
  EXPECT_EQ(bench.find("\xff\xfe").answer, Answer::absent) << "no text of PostgreSQL's";
}

TEST_F(PgSinkLookup, GivesItemsInTheirOrder) {
  SinkBench bench(order_config());
  std::string items = "[";
  for (int i = 0; i < 25; ++i)
    items += (i == 0 ? "" : ",") + std::string("{\"price\": ") + std::to_string(i) + "}";
  const std::string sent = order("a", "\"items\": " + items + "]");
  ASSERT_TRUE(bench.process({sent}).ok());
  sql("UPDATE items SET brand = NULL WHERE ordinal % 3 = 0");  // rows move within the table
  EXPECT_EQ(json_value(bench.find("a").document), json_value(sent));
}

TEST_F(PgSinkLookup, ReadsRowsThatOtherHandsHaveWritten) {
  SinkBench bench(order_config());
  bench.start();
  sql("INSERT INTO orders (order_uid, date_created) VALUES ('a', 'infinity')");
  const auto found = bench.find("a");
  ASSERT_EQ(found.answer, Answer::found);
  EXPECT_EQ(found.document, R"({"order_uid":"a","date_created":"infinity"})");
  EXPECT_EQ(found.origin, "");
}

TEST_F(PgSinkLookup, GivesTheNewestFirst) {
  SinkBench bench(order_config());
  ASSERT_TRUE(bench.process({order("a"), order("b", R"("extra": 1)")}).ok());
  ASSERT_TRUE(
      bench.process({order("c"), order("d", R"("items": [{"price": 1}, {"price": 2}])")}).ok());
  ASSERT_TRUE(bench.process({order("a", R"("entry": "again")")}).ok());
  const auto newest = bench.latest(3);
  ASSERT_EQ(newest.answer, Answer::found) << newest.why;
  ASSERT_THAT(newest.entries, SizeIs(3));
  EXPECT_EQ(newest.entries[0].key, "a");
  EXPECT_EQ(newest.entries[1].key, "d");
  EXPECT_EQ(newest.entries[2].key, "c");
  EXPECT_EQ(newest.entries[0].position, 4);
  EXPECT_EQ(newest.entries[0].origin, "test/orders/0");
  EXPECT_GT(newest.entries[0].stored_us, newest.entries[1].stored_us);
  EXPECT_EQ(json_value(newest.entries[1].document),
            json_value(order("d", R"("items": [{"price": 1}, {"price": 2}])")));
  const auto all = bench.latest(100);
  ASSERT_THAT(all.entries, SizeIs(4));
  EXPECT_EQ(json_value(all.entries[3].document), json_value(order("b", R"("extra": 1)")));
}

/// Many thousands are read in bulk where they are most of the table, and in parts where they are
/// not.
TEST_F(PgSinkLookup, GivesManyThousandsAsTheyAre) {
  SinkBench bench(order_config());
  constexpr int count = 70'000;
  for (int start = 0; start < count; start += 2'000) {
    std::vector<weir::testing::Input> batch;
    for (int i = start; i < start + 2'000; ++i) {
      const std::string text = i % 10 == 0 ? R"(, "entry": "tab\t, line\n, \\N, ä")" : "";
      batch.emplace_back(order(std::to_string(i), "\"sm_id\": " + std::to_string(i) + text));
    }
    ASSERT_TRUE(bench.process(batch).ok());
  }
  {
    SinkBench one(order_config().insert(1, R"("lookups": 1, )"));  // so not over two at a time
    one.start();
    const auto newest = one.latest(count);
    ASSERT_EQ(newest.answer, Answer::found) << newest.why;
    ASSERT_THAT(newest.entries, SizeIs(count));
    EXPECT_EQ(newest.entries.back().document, bench.find("0").document);
  }
  for (const int limit : {33'000, 40'000, count, 2 * count}) {
    const auto newest = bench.latest(static_cast<std::size_t>(limit));
    ASSERT_EQ(newest.answer, Answer::found) << newest.why;
    ASSERT_THAT(newest.entries, SizeIs(std::min(limit, count)));
    for (std::size_t i = 0; i < newest.entries.size(); ++i) {
      const std::string uid = std::to_string(count - 1 - static_cast<int>(i));
      ASSERT_EQ(newest.entries[i].key, uid);
      ASSERT_EQ(newest.entries[i].position, count - 1 - static_cast<int>(i));
      ASSERT_EQ(newest.entries[i].origin, "test/orders/0");
      if (i % 997 == 0) {
        const auto found = bench.find(uid);
        ASSERT_EQ(newest.entries[i].document, found.document);
        ASSERT_EQ(newest.entries[i].stored_us, found.stored_us);
      }
    }
  }
}

TEST_F(PgSinkLookup, GivesNoneOfAnEmptyDatabase) {
  SinkBench bench(order_config());
  bench.start();
  const auto newest = bench.latest(10);
  EXPECT_EQ(newest.answer, Answer::found) << newest.why;
  EXPECT_THAT(newest.entries, SizeIs(0));
}

TEST_F(PgSinkLookup, StopsAtTheVisitorsWish) {
  SinkBench bench(order_config());
  ASSERT_TRUE(bench.process({order("a"), order("b"), order("c")}).ok());
  int visits = 0;
  std::uint64_t lease = 0;
  const auto once = [](void* context, const weir_entry*) {
    return ++*static_cast<int*>(context) < 2;
  };
  EXPECT_EQ(bench.object().latest(10, weir::Visit(once, &visits)), Answer::found);
  EXPECT_EQ(visits, 2);
  EXPECT_EQ(bench.object().find("a", weir::Visit(once, &visits), lease), Answer::found)
      << "the connection is usable still";
}

TEST_F(PgSinkLookup, AnswersManyThreadsAtOnce) {
  SinkBench bench(order_config());
  std::vector<weir::testing::Input> batch;
  for (int i = 0; i < 100; ++i) batch.emplace_back(order(std::to_string(i)));
  ASSERT_TRUE(bench.process(batch).ok());
  std::atomic<int> wrong = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 16; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 50; ++i) {
          const std::string uid = std::to_string((t * 7 + i) % 100);
          const auto found = bench.find(uid);
          if (found.answer != Answer::found || json_value(found.document) != json_value(order(uid)))
            ++wrong;
        }
      });
    }
  }
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(sql("SELECT count(*) <= 4 FROM pg_stat_activity WHERE application_name LIKE '%lookup'")
                .front(),
            "t");
}
