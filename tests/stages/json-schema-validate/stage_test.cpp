#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <weir/testing/bench.hpp>

#include "json_schema_validate.hpp"

namespace weir::json_schema_validate {
namespace {

using weir::testing::Bench;
using weir::testing::Input;

class JsonSchemaValidateStage : public ::testing::Test {
 protected:
  JsonSchemaValidateStage() {
    std::filesystem::create_directories(folder / "schemas");
    write(R"({"type":"object","required":["id"],"properties":{"id":{"type":"integer"}}})");
  }
  ~JsonSchemaValidateStage() override { std::filesystem::remove_all(folder); }

  void write(const std::string& schema) const {
    std::ofstream(folder / "schemas" / "s.json") << schema;
  }

  const std::filesystem::path folder =
      std::filesystem::path(::testing::TempDir()) /
      ("validate-" + std::to_string(::getpid()) + '-' +
       ::testing::UnitTest::GetInstance()->current_test_info()->name());
};

TEST_F(JsonSchemaValidateStage, RejectsOnlyTheBadMessagesOfABatch) {
  Bench<JsonSchemaValidate> bench(R"({"schema":"schemas/s.json"})", folder);
  const auto result = bench.process({R"({ "id" : 1.0 })", R"({"id":"x"})", "{", R"({"id":2})"});
  ASSERT_TRUE(result.ok()) << result.error;
  ASSERT_EQ(result.passed.size(), 2U);
  EXPECT_EQ(result.passed[0].value, R"({ "id" : 1.0 })") << "the bytes pass unchanged";
  EXPECT_EQ(result.passed[1].value, R"({"id":2})");
  ASSERT_EQ(result.rejected.size(), 2U);
  EXPECT_EQ(result.rejected[0],
            (weir::testing::Rejected{1, 1, "schema", "must be an integer; it is the string \"x\"",
                                     "/id"}));
  EXPECT_EQ(result.rejected[1].index, 2U);
  EXPECT_EQ(result.rejected[1].code, "not-json");
  EXPECT_EQ(result.rejected[1].pointer, std::nullopt);
}

TEST_F(JsonSchemaValidateStage, RejectsATombstone) {
  Bench<JsonSchemaValidate> bench(R"({"schema":"schemas/s.json"})", folder);
  const auto result = bench.process({Input("", "key", {}, true)});
  ASSERT_EQ(result.rejected.size(), 1U);
  EXPECT_EQ(result.rejected[0].code, "no-value");
}

TEST_F(JsonSchemaValidateStage, TakesItsLimitsFromTheConfiguration) {
  Bench<JsonSchemaValidate> bench(
      R"({"schema":"schemas/s.json","limits":{"bytes":"1KiB","depth":2,"items":5,"string":"10"}})",
      folder);
  const auto code = [&](const std::string& value) {
    const auto result = bench.process({value});
    return result.rejected.empty() ? std::string("passed") : result.rejected[0].code;
  };
  EXPECT_EQ(code(R"({"id":1})"), "passed");
  EXPECT_EQ(code(R"({"id":1})" + std::string(1'024, ' ')), "too-large");
  EXPECT_EQ(code(R"({"id":1,"a":[[]]})"), "too-deep");
  EXPECT_EQ(code(R"({"id":1,"a":[1,2,3,4]})"), "too-many-items");
  EXPECT_EQ(code(R"({"id":1,"a":"12345678901"})"), "too-long");
}

TEST_F(JsonSchemaValidateStage, TakesTheLimitsOfMembersAndStepsFromTheConfiguration) {
  write(R"({"oneOf":[{"items":{"$ref":"#"}},{"items":{"$ref":"#"},"minItems":1}]})");
  Bench<JsonSchemaValidate> bench(
      R"({"schema":"schemas/s.json","limits":{"members":2,"steps":1000}})", folder);
  const auto result = bench.process({R"({"a":1,"b":2})", R"({"a":1,"b":2,"c":3})",
                                     std::string(20, '[') + std::string(20, ']'), "[]"});
  ASSERT_EQ(result.rejected.size(), 3U);
  EXPECT_EQ(result.rejected[0].index, 0U);
  EXPECT_EQ(result.rejected[1].code, "too-many-members");
  EXPECT_EQ(result.rejected[2].code, "too-costly");
}

TEST_F(JsonSchemaValidateStage, HasAWorkerForEachShard) {
  Bench<JsonSchemaValidate> bench(R"({"schema":"schemas/s.json"})", folder);
  for (std::uint32_t shard = 0; shard < 4; ++shard) {
    EXPECT_EQ(bench.process(shard, {R"({"id":1})", R"({"id":null})"}).rejected.size(), 1U);
  }
}

TEST_F(JsonSchemaValidateStage, PassesAnEmptyBatch) {
  Bench<JsonSchemaValidate> bench(R"({"schema":"schemas/s.json"})", folder);
  EXPECT_TRUE(bench.process({}).ok());
}

TEST_F(JsonSchemaValidateStage, IsRefusedWithAWrongSchema) {
  write(R"({"patternProperties":{}})");
  EXPECT_THROW(Bench<JsonSchemaValidate>(R"({"schema":"schemas/s.json"})", folder),
               std::runtime_error);
  EXPECT_THROW(Bench<JsonSchemaValidate>(R"({"schema":"schemas/none.json"})", folder),
               std::runtime_error);
}

}  // namespace
}  // namespace weir::json_schema_validate
