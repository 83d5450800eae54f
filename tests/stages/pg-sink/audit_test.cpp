// weir.audit/1: what became of messages, after the tables were written and tampered with.
#include <gmock/gmock.h>

#include <weir/testing/books.hpp>

#include "database.hpp"

using testing::HasSubstr;
using weir::Fate;
using weir::testing::SeenAccount;

namespace {

class PgSinkAudit : public OrderTables {
 protected:
  void SetUp() override {
    OrderTables::SetUp();
    bench.claim(0, bench.origin);
  }
  /// Stores values of the lane; positions go on from batch to batch.
  void store(const std::vector<std::string>& values) {
    std::vector<weir::testing::Input> inputs;
    for (const auto& value : values) {
      inputs.emplace_back(value);
      sent.push_back(value);
    }
    ASSERT_TRUE(bench.process(std::move(inputs)).ok());
  }
  /// The accounts of all that was sent so far, and of `more` behind it.
  std::vector<SeenAccount> accounts(const std::string& origin,
                                    const std::vector<std::string>& more = {}) {
    auto values = sent;
    values.insert(values.end(), more.begin(), more.end());
    std::vector<weir_message> messages(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      messages[i].value = weir::view(values[i]);
      messages[i].position = static_cast<std::int64_t>(i);
    }
    return weir::testing::audit(bench, origin, messages);
  }
  std::vector<SeenAccount> accounts() { return accounts(bench.origin); }
  SeenAccount account(std::size_t index) { return accounts().at(index); }

  SinkBench bench{order_config()};
  std::vector<std::string> sent;
};

TEST_F(PgSinkAudit, TellsStoredSupersededAndRejectedApart) {
  store({order("a"), order("b"), "not JSON"});
  store({order("a", R"("sm_id": 7)"), order("a", R"("sm_id": 8)")});
  const auto all = accounts();
  EXPECT_EQ(all[0].fate, Fate::superseded);
  EXPECT_EQ(all[1].fate, Fate::stored);
  EXPECT_EQ(all[2].fate, Fate::rejected);
  EXPECT_EQ(all[2].code, "json");
  EXPECT_EQ(all[3].fate, Fate::superseded) << "in one batch with the newer one";
  EXPECT_EQ(all[4].fate, Fate::stored);
  EXPECT_FALSE(all[4].code);
}

TEST_F(PgSinkAudit, CountsWhatStepsBeforeHaveRejected) {
  bench.rejected_before = {{0, "schema"}};
  bench.next_position = 1;
  ASSERT_TRUE(bench.process({order("b")}).ok());
  sent = {order("a"), order("b")};
  EXPECT_EQ(account(0).fate, Fate::rejected);
  EXPECT_EQ(account(0).code, "schema");
  EXPECT_EQ(account(1).fate, Fate::stored);
}

TEST_F(PgSinkAudit, WhatIsBehindTheKeptPositionIsPending) {
  store({order("a")});
  const auto all = accounts(bench.origin, {order("b"), order("a")});
  EXPECT_EQ(all[0].fate, Fate::stored);
  EXPECT_EQ(all[1].fate, Fate::pending);
  EXPECT_EQ(all[2].fate, Fate::pending);
  EXPECT_EQ(accounts("another/lane/0").at(0).fate, Fate::pending) << "a lane that has not begun";
}

TEST_F(PgSinkAudit, ARowThatWasDeletedIsMissing) {
  store({order("a"), order("b")});
  sql("DELETE FROM orders WHERE order_uid = 'a'");
  EXPECT_EQ(account(0).fate, Fate::missing);
  EXPECT_THAT(account(0).why, HasSubstr("no row has its key a"));
  EXPECT_EQ(account(1).fate, Fate::stored);
}

TEST_F(PgSinkAudit, ARejectThatWasDeletedIsMissing) {
  store({"not JSON"});
  sql("DELETE FROM weir_rejects");
  EXPECT_EQ(account(0).fate, Fate::missing);
  EXPECT_THAT(account(0).why, HasSubstr("it is unfit (json"));
}

TEST_F(PgSinkAudit, ARowOfAnOlderPositionDoesNotStandForANewerMessage) {
  store({order("a"), order("a")});
  sql("UPDATE orders SET weir_position = 0");
  EXPECT_EQ(account(0).fate, Fate::stored);
  EXPECT_EQ(account(1).fate, Fate::missing);
  EXPECT_THAT(account(1).why, HasSubstr("of the older position 0"));
}

TEST_F(PgSinkAudit, AnotherContentIsDifferentAndSaysWhere) {
  store({order("a"), order("b"), order("c")});
  sql("UPDATE items SET price = price + 1 WHERE order_uid = 'a'");
  sql("DELETE FROM payments WHERE order_uid = 'b'");
  const auto all = accounts();
  EXPECT_EQ(all[0].fate, Fate::different);
  EXPECT_THAT(all[0].why, HasSubstr("/items/0/price"));
  EXPECT_EQ(all[1].fate, Fate::different);
  EXPECT_THAT(all[1].why, HasSubstr("/payment"));
  EXPECT_EQ(all[2].fate, Fate::stored);
}

TEST_F(PgSinkAudit, AMessageThatIsKeptWholeIsComparedAsAWhole) {
  store({order("a", R"("gift": {"wrapped": true, "price": 1.50})")});
  EXPECT_EQ(account(0).fate, Fate::stored);
  sql("UPDATE orders SET document = replace(document, '1.50', '1.51')");
  EXPECT_EQ(account(0).fate, Fate::different);
  EXPECT_THAT(account(0).why, HasSubstr("/gift/price"));
}

TEST_F(PgSinkAudit, ARowOfAnotherOriginSupersedes) {
  store({order("a")});
  sql("UPDATE orders SET weir_origin = 'another/lane/0'");
  EXPECT_EQ(account(0).fate, Fate::superseded);
}

TEST_F(PgSinkAudit, WhatStandsInTheBooksTwiceShowsBoth) {
  store({order("a")});
  sql("INSERT INTO weir_rejects (pipeline, origin, position, code) VALUES ('test', '" +
      bench.origin + "', 0, 'type')");
  EXPECT_EQ(account(0).fate, Fate::stored);
  EXPECT_EQ(account(0).code, "type");
}

TEST_F(PgSinkAudit, ARejectedMessageOfAStoredKeyIsRejected) {
  store({order("a"), order("a", R"("sm_id": "seven")"), order("a")});
  const auto all = accounts();
  EXPECT_EQ(all[1].fate, Fate::rejected);
  EXPECT_EQ(all[1].code, "type");
}

TEST_F(PgSinkAudit, NeedsNoWorkerAndAsksAgainBeforeTheStart) {
  SinkBench other(order_config());
  const std::string value = order("a");
  weir_message message{};
  message.value = weir::view(value);
  EXPECT_THROW(weir::testing::audit(other, bench.origin, {message}), weir::Retry);
  other.start();
  store({value});
  EXPECT_EQ(weir::testing::audit(other, bench.origin, {message}).at(0).fate, Fate::stored);
}

TEST_F(PgSinkAudit, AThousandMessagesTakeOneCall) {
  std::vector<std::string> many;
  for (int i = 0; i < 1'000; ++i) many.push_back(order("o'\"\\" + std::to_string(i)));
  store(many);
  const auto all = accounts();
  ASSERT_EQ(all.size(), 1'000U);
  for (const auto& each : all) EXPECT_EQ(each.fate, Fate::stored) << each.why;
}

}  // namespace
