#include <gmock/gmock.h>

#include "../texts/json_texts.hpp"
#include "database.hpp"
#include "json_value.hpp"

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using weir::Answer;

namespace {

struct Unfit {
  const char* name;
  std::string message;
  const char* code;
  std::optional<std::string> pointer;
};

std::ostream& operator<<(std::ostream& out, const Unfit& one) { return out << one.name; }

class PgSinkRefusal : public testing::TestWithParam<Unfit> {
 protected:
  void SetUp() override { sql("TRUNCATE orders CASCADE"); }
};

TEST_P(PgSinkRefusal, RejectsTheMessageAndStoresItsNeighbours) {
  SinkBench bench(order_config());
  const auto result = bench.process({order("before"), GetParam().message, order("behind")});
  ASSERT_TRUE(result.ok()) << result.error;
  ASSERT_THAT(result.rejected, SizeIs(1));
  EXPECT_EQ(result.rejected[0].index, 1U);
  EXPECT_EQ(result.rejected[0].code, GetParam().code);
  EXPECT_EQ(result.rejected[0].pointer, GetParam().pointer) << result.rejected[0].reason;
  EXPECT_NE(result.rejected[0].reason, "");
  EXPECT_THAT(sql("SELECT order_uid FROM orders ORDER BY 1"), ElementsAre("before", "behind"));
  EXPECT_THAT(sql("SELECT order_uid FROM items ORDER BY 1"), ElementsAre("before", "behind"));
}

std::string with(const std::string& instead) { return order("bad", instead); }

INSTANTIATE_TEST_SUITE_P(
    Messages, PgSinkRefusal,
    testing::Values(
        Unfit{"nothing", "", "json", {}}, Unfit{"no_json", "hello", "json", {}},
        Unfit{"half", R"({"order_uid": "x")", "json", {}}, Unfit{"two_values", "{} {}", "json", {}},
        Unfit{"mark_of_byte_order", "\xef\xbb\xbf{}", "json", {}},
        Unfit{"bad_utf8", "{\"order_uid\": \"\xff\"}", "json", {}},
        Unfit{"lone_surrogate", R"({"order_uid": "\ud800"})", "json", {}},
        Unfit{"not_a_number", R"({"order_uid": "x", "sm_id": NaN})", "json", {}},
        Unfit{"too_deep",
              R"({"order_uid": "x", "y": )" + std::string(100'000, '[') +
                  std::string(100'000, ']') + "}",
              "too-deep", "/y" + weir::testing::repeat("/0", 126)},
        Unfit{"a_list", "[]", "type", ""}, Unfit{"a_number", "1", "type", ""},
        Unfit{"no_key", R"({"entry": "x"})", "key", "/order_uid"},
        Unfit{"null_key", R"({"order_uid": null})", "key", "/order_uid"},
        Unfit{"numeric_key", R"({"order_uid": 7})", "key", "/order_uid"},
        Unfit{"nul_in_key", R"({"order_uid": "before\u0000x"})", "key", "/order_uid"},
        Unfit{"key_twice", R"({"order_uid": "x", "order_uid": "before"})", "duplicate",
              "/order_uid"},
        Unfit{"member_twice_deep_inside",
              R"({"order_uid": "x", "more": [0, {"a/b": {"c": 1, "c": 2}}]})", "duplicate",
              "/more/1/a~1b/c"},
        Unfit{"text_for_a_number", with(R"("sm_id": "7")"), "type", "/sm_id"},
        Unfit{"number_for_a_text", with(R"("entry": 7)"), "type", "/entry"},
        Unfit{"object_for_a_text", with(R"("entry": {})"), "type", "/entry"},
        Unfit{"truth_for_a_number", with(R"("sm_id": true)"), "type", "/sm_id"},
        Unfit{"beyond_bigint", with(R"("sm_id": 9223372036854775808)"), "type", "/sm_id"},
        Unfit{"fraction_for_an_integer", with(R"("payment": {"amount": 18.5})"), "type",
              "/payment/amount"},
        Unfit{"bad_date", with(R"("date_created": "yesterday")"), "type", "/date_created"},
        Unfit{"no_such_day", with(R"("date_created": "2021-02-30T00:00:00Z")"), "type",
              "/date_created"},
        Unfit{"date_without_offset", with(R"("date_created": "2021-02-03T00:00:00")"), "type",
              "/date_created"},
        Unfit{"year_zero", with(R"("date_created": "0000-01-01T00:00:00Z")"), "type",
              "/date_created"},
        Unfit{"nul_in_a_text", with(R"("delivery": {"city": "a\u0000b"})"), "type",
              "/delivery/city"},
        Unfit{"in_an_item", with(R"("items": [{"price": 1}, {"price": "1"}])"), "type",
              "/items/1/price"}),
    [](const auto& of) { return of.param.name; });

using PgSinkIsolation = OrderTables;

/// The key is too long for its index: only PostgreSQL can know that.
std::string refused_by_postgres() {
  std::string key;
  for (int i = 0; i < 3'000; ++i)
    key += std::to_string(i * 7919);  // does not compress below the limit
  return order(key);
}

TEST_F(PgSinkIsolation, RejectsOneBadRowAmongAThousandAlone) {
  SinkBench bench(order_config());
  std::vector<weir::testing::Input> batch;
  for (int i = 0; i < 1'000; ++i)
    batch.emplace_back(i == 617 ? refused_by_postgres() : order(std::to_string(i)));
  const auto result = bench.process(batch);
  ASSERT_TRUE(result.ok()) << result.error;
  ASSERT_THAT(result.rejected, SizeIs(1));
  EXPECT_EQ(result.rejected[0].index, 617U);
  EXPECT_EQ(result.rejected[0].code, "database");
  EXPECT_THAT(result.rejected[0].reason, HasSubstr("SQLSTATE 54000"));
  EXPECT_THAT(sql("SELECT count(*) FROM orders"), ElementsAre("999"));
  EXPECT_THAT(sql("SELECT count(*) FROM items"), ElementsAre("999"));
  EXPECT_GT(bench.metric("weir_pg_halvings_total"), 0);
  EXPECT_EQ(bench.metric("weir_pg_messages_total"), 999);
}

TEST_F(PgSinkIsolation, KeepsTheOrderOfEqualKeysWhileItSearches) {
  sql("ALTER TABLE items ADD CONSTRAINT affordable CHECK (price < 1000)");
  SinkBench bench(order_config());
  const auto result =
      bench.process({order("a", R"("entry": "1")"), order("a", R"("entry": "2")"), order("b"),
                     order("a", R"("entry": "bad", "items": [{"price": 1000}])"), order("c")});
  sql("ALTER TABLE items DROP CONSTRAINT affordable");
  ASSERT_TRUE(result.ok()) << result.error;
  ASSERT_THAT(result.rejected, SizeIs(1));
  EXPECT_EQ(result.rejected[0].index, 3U);
  EXPECT_THAT(result.rejected[0].reason, HasSubstr("affordable"));
  EXPECT_THAT(sql("SELECT order_uid, entry FROM orders ORDER BY 1"),
              ElementsAre("a|2", "b|WBIL", "c|WBIL"));
}

TEST_F(PgSinkIsolation, FindsWhatADeferredConstraintRefuses) {
  sql("CREATE UNIQUE INDEX one_customer ON orders (customer_id)");
  sql("ALTER TABLE orders ADD CONSTRAINT one_customer UNIQUE USING INDEX one_customer DEFERRABLE "
      "INITIALLY DEFERRED");
  SinkBench bench(order_config());
  const auto result =
      bench.process({order("a", R"("customer_id": "1")"), order("b", R"("customer_id": "2")"),
                     order("c", R"("customer_id": "1")")});
  sql("ALTER TABLE orders DROP CONSTRAINT one_customer");
  ASSERT_TRUE(result.ok()) << result.error;
  ASSERT_THAT(result.rejected, SizeIs(1));
  EXPECT_EQ(result.rejected[0].index, 2U);
  EXPECT_THAT(sql("SELECT order_uid FROM orders ORDER BY 1"), ElementsAre("a", "b"));
}

TEST_F(PgSinkIsolation, RejectsAWholeBatchOneByOne) {
  SinkBench bench(order_config());
  const auto result =
      bench.process({refused_by_postgres(), refused_by_postgres(), refused_by_postgres()});
  ASSERT_TRUE(result.ok()) << result.error;
  EXPECT_THAT(result.rejected, SizeIs(3));
  EXPECT_THAT(sql("SELECT count(*) FROM orders"), ElementsAre("0"));
}

}  // namespace
