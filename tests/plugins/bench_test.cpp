#include <weir/testing/bench.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace {

using ::testing::ElementsAre;
using weir::testing::Bench;
using weir::testing::Input;

/// Notes how each batch stands, and refuses values "again".
class Surveyor {
 public:
  static constexpr weir::Info info{.id = "surveyor", .summary = "Looks at batches."};
  explicit Surveyor(const weir::Context&) {}
  void process(const weir::Batch& batch, weir::Edit& edit) {
    const std::string seen = std::to_string(batch.lane()) + " " + std::string(batch.origin()) +
                             " " + std::to_string(batch.first()) + ".." +
                             std::to_string(batch.commit_to()) + " -" +
                             std::to_string(batch.rejected().size());
    for (std::size_t i = 0; i < batch.size(); ++i) {
      if (batch[i].value() == "again") throw weir::Retry("once more");
      edit.replace_value(i, batch[i], seen);
    }
  }
};

TEST(Bench, MovesPositionsOnAfterABatchThatWasDone) {
  Bench<Surveyor> bench;
  EXPECT_EQ(bench.process({"a", "b"}).passed.at(0).value, "0 test/orders/0 0..2 -0");
  EXPECT_EQ(bench.process({"a"}).passed.at(0).value, "0 test/orders/0 2..3 -0");
  EXPECT_EQ(bench.next_position, 3);
}

TEST(Bench, BringsARefusedBatchAgainAtItsOldPositions) {
  Bench<Surveyor> bench;
  bench.process({"a"});
  bench.next_position = 10;
  EXPECT_EQ(bench.process({"again", "again"}).status, WEIR_RETRY);
  EXPECT_EQ(bench.next_position, 10);
  const auto result = bench.process({"a", "b"});
  EXPECT_EQ(result.passed.at(0).value, "0 test/orders/0 1..12 -0")
      << "a gap belongs to the batch behind it";
  EXPECT_EQ(result.passed.at(1).position, 11);
}

TEST(Bench, AppliesNoEditOfARefusedBatch) {
  Bench<Surveyor> bench;
  const auto result = bench.process({"a", "again"});
  EXPECT_TRUE(result.passed.empty());
}

TEST(Bench, StartsAnotherLaneOrAnEarlierPlaceAfresh) {
  Bench<Surveyor> bench;
  bench.process({"a"});
  bench.lane = 4;
  bench.origin = "here/there/4";
  bench.next_position = 100;
  EXPECT_EQ(bench.process({"a"}).passed.at(0).value, "4 here/there/4 100..101 -0");
  bench.next_position = 50;
  EXPECT_EQ(bench.process({"a"}).passed.at(0).value, "4 here/there/4 50..51 -0");
}

TEST(Bench, ShowsWhatTheStepsBeforeHaveRejected) {
  Bench<Surveyor> bench;
  bench.rejected_before = {{7, "schema"}, {8, "schema"}};
  EXPECT_EQ(bench.process({"a"}).passed.at(0).value, "0 test/orders/0 0..1 -2");
  EXPECT_TRUE(bench.process({}).passed.empty());
}

TEST(Bench, TakesMessagesInEveryForm) {
  Bench<Surveyor> bench;
  std::vector<Input> inputs{"one", std::string("two"), {"three", "key", {{"name", "value"}}}};
  inputs.emplace_back(std::string_view("four"));
  EXPECT_EQ(bench.process(inputs).passed.size(), 4U);
  EXPECT_EQ(bench.process(2, {{"v", "k"}, {"w"}}).passed.at(0).key, "k");
}

// ---- a stage in C, without the SDK

weir_stage_type bare_type() {
  weir_stage_type type{};
  type.size = sizeof type;
  type.id = "bare";
  type.summary = "As bare as a step can be.";
  type.schema = "{}";
  type.create = [](const weir_host*, const weir_config*, weir_error*) -> void* {
    static int stage;
    return &stage;
  };
  type.destroy = [](void*) {};
  type.open = [](void* stage, std::uint32_t, void** worker, weir_error*) -> weir_status {
    *worker = stage;
    return WEIR_OK;
  };
  type.close = [](void*) {};
  type.process = [](void*, const weir_batch*, weir_edit* edit, weir_error*) -> weir_status {
    edit->drop(edit, 0);
    return WEIR_OK;
  };
  return type;
}

TEST(StageBench, RunsAStageThatLeavesOutAllThatItMay) {
  const weir_stage_type type = bare_type();
  weir::testing::StageBench bench(type);
  bench.start();
  EXPECT_THAT(bench.process({"a", "b"}).dropped, ElementsAre(0));
  bench.interrupt();
  EXPECT_THROW(bench.settle(), std::logic_error);
  EXPECT_THROW(bench.find("a"), std::logic_error);
  bench.stop();
}

}  // namespace
