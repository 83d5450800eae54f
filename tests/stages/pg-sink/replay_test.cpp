// weir.replay/1: rejected messages that are stored after all.
#include <gmock/gmock.h>

#include <weir/testing/books.hpp>

#include <thread>

#include "database.hpp"

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using weir::Fate;
using weir::Replayed;
using weir::ReplayOutcome;

namespace {

class PgSinkReplay : public OrderTables {
 protected:
  void SetUp() override {
    OrderTables::SetUp();
    bench.claim(0, bench.origin);
  }
  /// Sends these messages; their positions go on. What an unfit one was meant to be is replayed.
  void store(std::vector<weir::testing::Input> inputs) {
    ASSERT_TRUE(bench.process(std::move(inputs)).ok());
  }
  static Replayed replay(const weir::testing::StageBench& stage, std::int64_t position,
                         const std::vector<std::string>& values, bool trial = false,
                         const std::string& origin = "test/orders/0") {
    std::vector<weir_message> messages(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      messages[i].value = weir::view(values[i]);
      messages[i].position = position;
      messages[i].time_us = -1;
    }
    weir_batch batch{};
    batch.size = sizeof batch;
    batch.messages = messages.data();
    batch.count = messages.size();
    batch.origin = weir::view(origin);
    batch.first = position;
    batch.commit_to = position + 1;
    batch.last = -1;
    return weir::testing::replay(stage, batch, trial);
  }
  Replayed replay(std::int64_t position, const std::string& value, bool trial = false) {
    return replay(bench, position, {value}, trial);
  }
  std::vector<std::string> rows() {
    return sql(
        "SELECT order_uid, weir_position, sm_id, (SELECT count(*) FROM items i WHERE i.order_uid = "
        "o.order_uid) FROM orders o ORDER BY 1");
  }

  static constexpr const char* marks =
      "SELECT position, replayed_at IS NOT NULL FROM weir_rejects ORDER BY 1";
  SinkBench bench{order_config()};
};

TEST_F(PgSinkReplay, StoresAndMarksInOneTransaction) {
  store({"not JSON", order("b")});
  EXPECT_EQ(replay(0, order("a", R"("sm_id": 5)")), Replayed{});
  EXPECT_THAT(rows(), ElementsAre("a|0|5|1", "b|1|99|1"));
  EXPECT_THAT(sql(marks), ElementsAre("0|t"));
  EXPECT_THAT(sql("SELECT next FROM weir_positions"), ElementsAre("2"))
      << "the lane's position is where it was";
  const auto times = weir::testing::replayed(bench, bench.origin, {0, 1});
  EXPECT_GT(times[0], 1'700'000'000'000'000);
  EXPECT_EQ(times[1], -1);
  EXPECT_THAT(weir::testing::replayed(bench, "another/lane/0", {0}), ElementsAre(-1));
  EXPECT_THAT(weir::testing::replayed(bench, bench.origin, {}), IsEmpty());
}

TEST_F(PgSinkReplay, IsDoneOnce) {
  store({"not JSON"});
  EXPECT_EQ(replay(0, order("a")), Replayed{});
  const Replayed again = replay(0, order("a", R"("sm_id": 6)"));
  EXPECT_EQ(again.outcome, ReplayOutcome::done);
  EXPECT_THAT(again.reason, HasSubstr("it was replayed at 20"));
  EXPECT_THAT(rows(), ElementsAre("a|0|99|1"));
}

TEST_F(PgSinkReplay, ATrialChangesNothing) {
  store({"not JSON"});
  EXPECT_EQ(replay(0, order("a"), true), Replayed{});
  EXPECT_THAT(rows(), IsEmpty());
  EXPECT_THAT(sql(marks), ElementsAre("0|f"));
  EXPECT_EQ(replay(0, order("a")), Replayed{});
}

TEST_F(PgSinkReplay, WritesOverAnOlderMessageOfItsLane) {
  store({order("a", R"("items": [{"rid": "x"}, {"rid": "y"}, {"rid": "z"}])"), "not JSON"});
  EXPECT_EQ(replay(1, order("a", R"("sm_id": 7)")), Replayed{});
  EXPECT_THAT(rows(), ElementsAre("a|1|7|1")) << "the other items are gone";
}

TEST_F(PgSinkReplay, GivesWayToANewerMessageAndToAnyOtherOrigin) {
  store({"not JSON", "not JSON", order("a"), order("b"), order("c")});
  sql("UPDATE orders SET weir_origin = 'test/orders/1', weir_position = 0 WHERE order_uid = 'b'");
  sql("UPDATE orders SET weir_origin = NULL, weir_position = NULL WHERE order_uid = 'c'");
  for (const bool trial : {true, false}) {
    for (const char* key : {"a", "b", "c"})
      EXPECT_EQ(replay(0, order(key, R"("sm_id": 7)"), trial).outcome, ReplayOutcome::superseded)
          << key;
  }
  EXPECT_THAT(rows(), ElementsAre("a|2|99|1", "b|0|99|1", "c|-|99|1"));
  EXPECT_THAT(sql(marks), ElementsAre("0|f", "1|f"));
}

TEST_F(PgSinkReplay, SaysWhatIsUnfitStill) {
  store({"not JSON"});
  const Replayed unfit = replay(0, order("a", R"("sm_id": "x")"));
  EXPECT_EQ(unfit.outcome, ReplayOutcome::rejected);
  EXPECT_EQ(unfit.code, "type");
  EXPECT_EQ(unfit.pointer, "/sm_id");
  sql("ALTER TABLE items ADD CONSTRAINT affordable CHECK (price < 1000)");
  const Replayed refused = replay(0, order("a", R"("items": [{"price": 1000}])"), true);
  EXPECT_EQ(refused, replay(0, order("a", R"("items": [{"price": 1000}])")));
  sql("ALTER TABLE items DROP CONSTRAINT affordable");
  EXPECT_EQ(refused.outcome, ReplayOutcome::rejected);
  EXPECT_EQ(refused.code, "database");
  EXPECT_THAT(refused.reason, HasSubstr("affordable"));
  EXPECT_THAT(rows(), IsEmpty());
  EXPECT_THAT(sql(marks), ElementsAre("0|f"));
}

TEST_F(PgSinkReplay, ADeferredConstraintRefusesBeforeTheEnd) {
  sql("ALTER TABLE items ADD CONSTRAINT one_rid UNIQUE (rid) DEFERRABLE INITIALLY DEFERRED");
  store({"not JSON"});
  const std::string twice = order("a", R"("items": [{"rid": "x"}, {"rid": "x"}])");
  EXPECT_EQ(replay(0, twice, true).code, "database");
  EXPECT_EQ(replay(0, twice).code, "database");
  sql("ALTER TABLE items DROP CONSTRAINT one_rid");
}

TEST_F(PgSinkReplay, WhatIsNotRejectedIsNoneOfItsWork) {
  store({order("a")});
  EXPECT_THAT(replay(0, order("b")).reason, HasSubstr("stored when it came again"));
  EXPECT_THAT(replay(1, order("b")).reason, HasSubstr("comes again by itself"));
  EXPECT_THAT(replay(bench, 0, {order("b")}, false, "test/orders/9").reason,
              HasSubstr("comes again by itself"));
  EXPECT_EQ(replay(0, order("b")).outcome, ReplayOutcome::done);
  EXPECT_THAT(rows(), ElementsAre("a|0|99|1"));
}

TEST_F(PgSinkReplay, SeveralMessagesOfOneLetterShareItsFate) {
  store({"not JSON"});
  EXPECT_EQ(replay(bench, 0, {order("a"), order("b"), order("a", R"("sm_id": 3)")}), Replayed{});
  EXPECT_THAT(rows(), ElementsAre("a|0|3|1", "b|0|99|1"));
}

TEST_F(PgSinkReplay, TwoAtOnceStoreItOnce) {
  store({"not JSON"});
  SinkBench other(order_config());
  other.start();
  std::vector<Replayed> made(2);
  std::thread first([&] { made[0] = replay(bench, 0, {order("a")}); });
  made[1] = replay(other, 0, {order("a")});
  first.join();
  std::vector<ReplayOutcome> outcomes{made[0].outcome, made[1].outcome};
  std::ranges::sort(outcomes);
  EXPECT_THAT(outcomes, ElementsAre(ReplayOutcome::stored, ReplayOutcome::done));
}

TEST_F(PgSinkReplay, AMessageThatIsHeldUpIsToBeTriedAgain) {
  store({"not JSON"});
  auto rival = connect();
  rival.run("BEGIN", soon());
  rival.run("SELECT FROM weir_rejects FOR UPDATE", soon());
  EXPECT_THROW(replay(0, order("a")), weir::Retry);
  rival.run("ROLLBACK", soon());
  EXPECT_EQ(replay(0, order("a")), Replayed{});
}

TEST_F(PgSinkReplay, AConnectionThatDiedWhileNobodyUsedItIsMadeAnew) {
  store({"not JSON", "not JSON"});
  EXPECT_EQ(replay(0, order("a")), Replayed{});
  sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE '% "
      "replay'");
  EXPECT_EQ(replay(1, order("b")), Replayed{});
  sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE '% "
      "replay'");
  EXPECT_NE(weir::testing::replayed(bench, bench.origin, {1}).front(), -1);
}

TEST_F(PgSinkReplay, TheBooksBalanceAfterwards) {
  store({"not JSON", "not JSON", "not JSON", order("b")});
  EXPECT_EQ(replay(0, order("a")), Replayed{});
  EXPECT_EQ(replay(1, order("c")), Replayed{});
  store({order("c")});
  const std::vector<std::string> values{order("a"), order("c"), "not JSON", order("b"), order("c")};
  std::vector<weir_message> messages(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    messages[i].value = weir::view(values[i]);
    messages[i].position = static_cast<std::int64_t>(i);
  }
  const auto accounts = weir::testing::audit(bench, bench.origin, messages);
  std::vector<Fate> fates;
  for (const auto& account : accounts) fates.push_back(account.fate);
  EXPECT_THAT(fates, ElementsAre(Fate::stored, Fate::superseded, Fate::rejected, Fate::stored,
                                 Fate::stored));
  EXPECT_EQ(accounts[0].code, std::nullopt) << "it does not stand in the books twice";
}

}  // namespace
