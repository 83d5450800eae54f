#include "uppercase.hpp"

#include <weir/testing/bench.hpp>

#include <gtest/gtest.h>

using weir::testing::Bench;

TEST(Uppercase, WritesEveryValueInCapitals) {
  Bench<Uppercase> bench;
  const auto result = bench.process({{"one", "its key"}, "Grün"});
  ASSERT_TRUE(result.ok()) << result.error;
  EXPECT_EQ(result.passed.at(0).value, "ONE");
  EXPECT_EQ(result.passed.at(0).key, "its key");
  EXPECT_EQ(result.passed.at(1).value, "GRüN");
}

TEST(Uppercase, RejectsAValueThatIsTooLong) {
  Bench<Uppercase> bench(R"({"longest": "4"})");
  const auto result = bench.process({"four", "five!"});
  ASSERT_EQ(result.rejected.size(), 1U);
  EXPECT_EQ(result.rejected.at(0).index, 1U);
  EXPECT_EQ(result.rejected.at(0).code, "too-long");
  EXPECT_EQ(result.passed.size(), 1U);
}

TEST(Uppercase, LeavesTombstonesAlone) {
  Bench<Uppercase> bench;
  EXPECT_TRUE(bench.process({{"", "key", {}, true}}).passed.at(0).tombstone);
}
