#include "engine/runtime/shard.hpp"

#include "bare_step.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace weir {
namespace {

class ShardTest : public testing::Test {
 protected:
  Slice slice(std::int64_t position) {
    weir_message message{};
    message.position = position;
    return {.lane = lane,
            .messages = {message},
            .payload = std::make_shared<const Payload>(weir_memory{}),
            .first = position,
            .commit_to = position + 1,
            .bytes = 1,
            .ack = Ack(lane, lane->open(position + 1, 1))};
  }
  Patience patience() { return {"shard", {}, scheduler, halt, waiting, step.log(), "p"}; }
  void run_until_idle() {
    std::vector<Chain::Link> links;
    links.push_back({step.open(), step.figures()});
    shard.equip(std::move(links), {});
    shard.start();
    const auto deadline = scheduler.now() + std::chrono::seconds(20);
    while (!lane->idle() && scheduler.now() < deadline) bell.wait(std::chrono::milliseconds(10));
    ASSERT_TRUE(lane->idle());
    shard.finish();
  }

  SystemScheduler scheduler;
  Bell bell{scheduler};
  Halt halt{scheduler};
  Waiting waiting;
  std::vector<std::int64_t> seen;  // the shard's thread's, until the lane is idle
  weir_status answer = WEIR_OK;    // to the first batch
  BareStep step{[this](const weir_batch& batch, weir_edit&) {
    seen.push_back(batch.first);
    return seen.size() == 1 ? answer : weir_status{WEIR_OK};
  }};
  std::shared_ptr<Lane> lane = std::make_shared<Lane>(1, "cluster/orders/0", 0, bell, scheduler);
  Shard shard{
      {.messages = 1}, 1000, bell, patience(), [](const std::string&, const std::string&) {},
      scheduler};
};

TEST_F(ShardTest, WorksOffWhatWaitsInOrder) {
  shard.inbox().put(slice(0));
  shard.inbox().put(slice(1));
  run_until_idle();
  EXPECT_EQ(seen, (std::vector<std::int64_t>{0, 1}));
  EXPECT_EQ(lane->due(), 2);
}

TEST_F(ShardTest, NothingOvertakesABatchThatWasGivenUp) {
  answer = WEIR_RETRY;
  halt.call();  // so no second try
  shard.inbox().put(slice(0));
  shard.inbox().put(slice(1));
  run_until_idle();
  EXPECT_EQ(seen, std::vector<std::int64_t>{0});
  EXPECT_EQ(lane->due(), std::nullopt);
}

TEST_F(ShardTest, WhatWasReadOfALaneThatIsLostIsNotWorkedOn) {
  lane->lose();
  shard.inbox().put(slice(0));
  run_until_idle();
  EXPECT_TRUE(seen.empty());
}

}  // namespace
}  // namespace weir
