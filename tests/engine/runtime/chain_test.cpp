#include "engine/runtime/chain.hpp"

#include "bare_step.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace weir {
namespace {

class ChainTest : public testing::Test {
 protected:
  using Positions = std::vector<std::int64_t>;

  Batch batch(std::size_t count) {
    std::vector<weir_message> messages(count);
    for (std::size_t i = 0; i < count; ++i) messages[i].position = static_cast<std::int64_t>(i);
    const auto end = static_cast<std::int64_t>(count);
    return Batch({.lane = lane,
                  .messages = std::move(messages),
                  .payload = std::make_shared<const Payload>(weir_memory{}),
                  .first = 0,
                  .commit_to = end,
                  .bytes = count,
                  .ack = Ack(lane, lane->open(end, count))});
  }
  static std::vector<Chain::Link> links(std::initializer_list<BareStep*> steps) {
    std::vector<Chain::Link> made;
    for (BareStep* step : steps) made.push_back({step->open(), step->figures()});
    return made;
  }
  static void reject(weir_edit& edit, std::size_t index) {
    edit.reject(&edit, index, {"code", 4}, {"reason", 6}, {nullptr, 0});
  }
  static Positions rejected(const weir_batch& batch) {
    Positions positions;
    for (std::size_t i = 0; i < batch.rejected_count; ++i)
      positions.push_back(batch.rejected[i].position);
    return positions;
  }

  SystemScheduler scheduler;
  Bell bell{scheduler};
  Halt halt{scheduler};
  Waiting waiting;
  std::shared_ptr<Lane> lane = std::make_shared<Lane>(1, "cluster/orders/0", 0, bell, scheduler);
};

TEST_F(ChainTest, AStepSeesTheSameEarlierRejectsInEachTryWhateverItHasRejectedItself) {
  constexpr std::size_t messages = 100;  // enough for a list that grows to move
  BareStep first([](const weir_batch&, weir_edit& edit) {
    reject(edit, 0);
    return weir_status{WEIR_OK};
  });
  std::vector<Positions> seen;
  BareStep second([&](const weir_batch& given, weir_edit& edit) {
    seen.push_back(rejected(given));
    for (std::size_t i = 0; i < given.count; ++i) reject(edit, i);
    weir_error error{};
    const weir_status flushed = edit.flush(&edit, &error);
    seen.push_back(rejected(given));
    return seen.size() < 4 && flushed == WEIR_OK ? weir_status{WEIR_RETRY} : flushed;
  });
  BareStep letters([](const weir_batch&, weir_edit&) { return weir_status{WEIR_OK}; });
  Patience patience(
      "shard", {.first = std::chrono::milliseconds(1), .longest = std::chrono::milliseconds(1)},
      scheduler, halt, waiting, first.log(), "p");
  Chain chain(links({&first, &second}), links({&letters}), patience, scheduler);

  Batch given = batch(messages);
  const Ending ending = chain.run(given);
  std::move(given.ack).settle(ending.outcome);

  EXPECT_EQ(ending.kind, Ending::Kind::accepted);
  EXPECT_EQ(ending.outcome.rejected, messages);
  EXPECT_EQ(seen, std::vector<Positions>(4, Positions{0}));
}

}  // namespace
}  // namespace weir
