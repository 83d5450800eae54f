#include <weir/stage.hpp>
#include <weir/testing/config.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <stdexcept>
#include <string>

namespace {

using weir::testing::GivenConfig;

constexpr const char* schema = R"({
  "definitions": {"table": {"properties": {"each": {"default": "/items"}}}},
  "properties": {
    "path": {"type": "string", "default": "out.txt"},
    "limits": {"type": "object", "default": {}, "properties": {"bytes": {"default": "4MiB"}, "wait": {"default": "250ms"}}},
    "tables": {"type": "array", "items": {"$ref": "#/definitions/table"}},
    "count": {"type": "integer"},
    "ratio": {"type": "number", "default": 0.5},
    "strict": {"type": "boolean", "default": true}
  }
})";

TEST(GivenConfig, FillsDefaultsOfObjectsAndOfTheItemsOfArrays) {
  const GivenConfig given(schema, R"({"tables": [{}, {"each": "/x"}]})", "folder");
  const weir::Config config(*given.raw());
  EXPECT_EQ(config.path("/path"), "folder/out.txt");
  EXPECT_EQ(config.bytes("/limits/bytes"), 4U << 20);
  EXPECT_EQ(config.duration("/limits/wait"), std::chrono::milliseconds(250));
  EXPECT_EQ(config.length("/tables"), 2U);
  EXPECT_EQ(config.text("/tables/0/each"), "/items");
  EXPECT_EQ(config.text("/tables/1/each"), "/x");
  EXPECT_EQ(config.number("/ratio"), 0.5);
  EXPECT_TRUE(config.boolean("/strict"));
  EXPECT_THAT(std::string(config.json()), ::testing::HasSubstr(R"("ratio":0.5)"));
}

TEST(GivenConfig, FillsDefaultsThroughReferencesAllOfAndFreeMembers) {
  const GivenConfig given(R"({
    "definitions": {"size": {"default": 1}},
    "properties": {
      "behind": {"$ref": "#/definitions/size"},
      "beside": {"$ref": "#/definitions/size", "default": 2},
      "by_name": {"additionalProperties": {"properties": {"on": {"default": true}}}}
    },
    "allOf": [{"properties": {"part": {"default": "x"}}}]})",
                          R"({"by_name": {"one": {}}})", ".");
  const weir::Config config(*given.raw());
  EXPECT_EQ(config.integer("/behind"), 1);
  EXPECT_EQ(config.integer("/beside"), 2);
  EXPECT_TRUE(config.boolean("/by_name/one/on"));
  EXPECT_EQ(config.text("/part"), "x");
}

TEST(GivenConfig, SaysWhichMemberIsMissingOrOfAnotherKind) {
  const GivenConfig given(schema, R"({"count": "many", "ratio": 3})", ".");
  const weir::Config config(*given.raw());
  EXPECT_EQ(config.find_integer("/missing"), std::nullopt);
  EXPECT_THROW(config.integer("/count"), std::runtime_error);
  EXPECT_THROW(config.text("/ratio"), std::runtime_error);
  EXPECT_EQ(config.number("/ratio"), 3.0);
  EXPECT_EQ(config.integer("/ratio"), 3);
}

TEST(GivenConfig, RefusesWhatIsNotAnObject) {
  EXPECT_THROW(GivenConfig("{}", "[]", "."), std::invalid_argument);
  EXPECT_THROW(GivenConfig("{}", "{", "."), std::invalid_argument);
}

TEST(Quantity, ReadsUnitsExactly) {
  using weir::testing::read_quantity;
  EXPECT_EQ(read_quantity("30s"), 30'000'000);
  EXPECT_EQ(read_quantity("2m"), 120'000'000);
  EXPECT_EQ(read_quantity("1024"), 1024);
  EXPECT_EQ(read_quantity("16KiB"), 16384);
  EXPECT_EQ(read_quantity("-1s"), std::nullopt);
  EXPECT_EQ(read_quantity("1 s"), std::nullopt);
  EXPECT_EQ(read_quantity("1.5s"), std::nullopt);
  EXPECT_EQ(read_quantity(""), std::nullopt);
  EXPECT_EQ(read_quantity("9223372036854775807h"), std::nullopt);
}

}  // namespace
