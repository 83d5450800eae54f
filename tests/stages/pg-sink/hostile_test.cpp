// What strangers send, through a real PostgreSQL and back, with no validator before the stage.
#include <gmock/gmock.h>

#include "../texts/json_texts.hpp"
#include "../texts/naughty_strings.hpp"
#include "database.hpp"
#include "json_value.hpp"

using testing::ElementsAre;
using testing::IsEmpty;
using weir::Answer;
using weir::testing::good_json;
using weir::testing::naughty_strings;
using weir::testing::repeat;

namespace {

using PgSinkHostile = OrderTables;

TEST_F(PgSinkHostile, NaughtyStringsComeBackAsKeysValuesAndNames) {
  SinkBench bench(order_config());
  std::vector<weir::testing::Input> batch;
  for (const std::string& text : naughty_strings()) {
    const std::string value = json_string(text);
    batch.emplace_back(R"({"order_uid":)" + value + R"(,"entry":)" + value +
                       R"(,"delivery":{"name":)" + value + R"(},"items":[{"name":)" + value +
                       R"(},{"brand":)" + value + "}]}");
  }
  const auto result = bench.process(batch);
  ASSERT_TRUE(result.ok()) << result.error;
  ASSERT_THAT(result.rejected, IsEmpty()) << result.rejected.front().reason;
  EXPECT_THAT(sql("SELECT count(*) FROM orders WHERE document IS NOT NULL"), ElementsAre("0"));
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const auto found = bench.find(naughty_strings()[i]);
    ASSERT_EQ(found.answer, Answer::found) << batch[i].value;
    EXPECT_EQ(json_value(found.document), json_value(batch[i].value));
  }
}

TEST_F(PgSinkHostile, GoodJsonComesBackWhatItsMembersAreCalled) {
  SinkBench bench(order_config());
  std::vector<weir::testing::Input> batch;
  for (const std::string& text : good_json()) {
    batch.emplace_back(R"({"order_uid":")" + std::to_string(batch.size()) + R"(","extra":)" + text +
                       "}");
  }
  const auto result = bench.process(batch);
  ASSERT_TRUE(result.ok()) << result.error;
  ASSERT_THAT(result.rejected, IsEmpty()) << result.rejected.front().reason;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const auto found = bench.find(std::to_string(i));
    ASSERT_EQ(found.answer, Answer::found) << batch[i].value;
    EXPECT_EQ(found.document, batch[i].value);
  }
}

TEST_F(PgSinkHostile, TakesItsLimitsFromTheConfiguration) {
  std::string config = order_config();
  config.insert(1, R"("limits": {"bytes": "1KiB", "depth": 3, "items": 5}, )");
  SinkBench bench(config);
  const auto result = bench.process(
      {R"({"order_uid":"a","x":[[0]]})", R"({"order_uid":"b","x":[[[]]]})",
       R"({"order_uid":"c","x":[0,0,0]})", R"({"order_uid":"d"})" + std::string(1'024, ' ')});
  ASSERT_TRUE(result.ok()) << result.error;
  ASSERT_EQ(result.rejected.size(), 3U);
  EXPECT_EQ(result.rejected[0].code, "too-deep");
  EXPECT_EQ(result.rejected[1].code, "too-many-items");
  EXPECT_EQ(result.rejected[2].code, "too-large");
  EXPECT_THAT(sql("SELECT order_uid FROM orders"), ElementsAre("a"));
}

/// In a column of each type for numbers: a number comes back by its value, or its message is
/// refused and its neighbours are stored.
TEST_F(PgSinkHostile, NumbersComeBackOrAreRefusedAlone) {
  sql("DROP SCHEMA IF EXISTS shop CASCADE");
  sql("CREATE SCHEMA shop");
  sql("CREATE TABLE shop.numbers (id text PRIMARY KEY, n bigint, d numeric, money numeric(10,2), "
      "thousands numeric(5,-3), "
      "f double precision, r real, j jsonb, x json, document text, weir_origin text, weir_position "
      "bigint, weir_stored_at timestamptz)");
  SinkBench bench(R"({"dsn": )" + json_string(database().admin_of_orders) +
                  R"(, "key": "/id", "tables": [{"table": "shop.numbers"}]})");
  const std::vector<std::string> numbers{"0",
                                         "-0",
                                         "-0.0",
                                         "1.0",
                                         "1E2",
                                         "12e-1",
                                         "0.1",
                                         "0.30000000000000004",
                                         "1.7976931348623157e308",
                                         "9007199254740993",
                                         "9223372036854775807",
                                         "-9223372036854775808",
                                         "9223372036854775808",
                                         "99999999.99",
                                         "99999999.995",
                                         "99999999.994",
                                         "100000000",
                                         "0.005",
                                         "12000",
                                         "12345",
                                         "99999999",
                                         "1e400",
                                         "1e-400",
                                         "1" + repeat("0", 400),
                                         "0." + repeat("0", 400) + "1",
                                         "0." + repeat("3", 400),
                                         repeat("7", 400) + "." + repeat("7", 400),
                                         "1." + repeat("0", 400),
                                         "1." + repeat("0", 20'000),
                                         "1e131071",
                                         "1e131072",
                                         "1e-16383",
                                         "1e-16384",
                                         "0e-20000",
                                         "0e200000",
                                         "1e999999999",
                                         "1e-999999999"};
  std::size_t stored = 0;
  for (const char* column : {"n", "d", "money", "thousands", "f", "r", "j", "x"}) {
    std::vector<weir::testing::Input> batch;
    for (const std::string& number : numbers) {
      batch.emplace_back(R"({"id":")" + std::string(column) + std::to_string(batch.size()) +
                         R"(",")" + column + "\":" + number + "}");
    }
    const auto result = bench.process(batch);
    ASSERT_TRUE(result.ok()) << result.error;
    std::vector<std::string> reasons(batch.size());
    for (const auto& rejected : result.rejected) {
      EXPECT_TRUE(rejected.code == "type" || rejected.code == "database") << rejected.code;
      // What fits a decimal column is not left to PostgreSQL to refuse.
      EXPECT_FALSE(rejected.code == "database" && std::string_view(column) == "d")
          << rejected.reason;
      reasons[rejected.index] = rejected.reason;
    }
    for (std::size_t i = 0; i < batch.size(); ++i) {
      const auto found = bench.find(column + std::to_string(i));
      EXPECT_EQ(found.answer, reasons[i].empty() ? Answer::found : Answer::absent) << reasons[i];
      if (found.answer != Answer::found) continue;
      EXPECT_EQ(json_value(found.document), json_value(batch[i].value)) << batch[i].value;
      ++stored;
    }
  }
  sql("DROP SCHEMA shop CASCADE");
  EXPECT_GT(stored, numbers.size() * 4);
}

}  // namespace
