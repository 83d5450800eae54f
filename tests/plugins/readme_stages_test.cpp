#include "readme_stages.hpp"

#include <weir/testing/bench.hpp>

#include <gtest/gtest.h>

#include <fstream>
#include <string>

namespace {

using weir::testing::Bench;

TEST(Readme, ItsStepRejectsUnknownKeysOnEveryShard) {
  const std::string folder = ::testing::TempDir();
  std::ofstream(folder + "weir-readme-keys.txt") << "one\ntwo\n";
  Bench<readme::KnownKeys> bench(R"({"path": "weir-readme-keys.txt"})", folder);
  const auto result = bench.process(1, {{"a", "one"}, {"b", "three"}});
  ASSERT_EQ(result.rejected.size(), 1U);
  EXPECT_EQ(result.rejected[0].index, 1U);
  EXPECT_EQ(bench.metric("weir_unknown_keys_total"), 1);
}

TEST(Readme, ItsStepWaitsForItsFile) {
  Bench<readme::KnownKeys> bench("{}", "/nowhere");
  EXPECT_THROW(bench.start(), weir::Retry);
}

TEST(Readme, ItsSourceCountsAsFarAsThereIsRoom) {
  Bench<readme::Ten> bench;
  bench.set_room(0, 0);
  EXPECT_TRUE(bench.poll().slices.empty());
  bench.set_room(0, 10);
  for (int i = 1; i <= 10; ++i) {
    const auto messages = bench.poll().messages();
    ASSERT_EQ(messages.size(), 1U);
    EXPECT_EQ(messages[0].value, std::to_string(i));
  }
  EXPECT_TRUE(bench.poll().ended());
}

TEST(Readme, ItsServiceGreets) {
  Bench<readme::Hello> bench;
  bench.start();
  EXPECT_EQ(bench.get("/hello/you%20two").body, "Hello you two");
}

}  // namespace
