#include "engine/runtime/inbox.hpp"

#include "engine/runtime/system_scheduler.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace weir {
namespace {

class InboxTest : public testing::Test {
 protected:
  Slice slice(const std::shared_ptr<Lane>& lane, std::int64_t first, std::size_t count,
              std::size_t bytes = 100) {
    const std::int64_t end = first + static_cast<std::int64_t>(count);
    std::vector<weir_message> messages(count);
    for (std::size_t i = 0; i < count; ++i)
      messages[i].position = first + static_cast<std::int64_t>(i);
    return {.lane = lane,
            .messages = std::move(messages),
            .payload = std::make_shared<const Payload>(weir_memory{}),
            .first = first,
            .commit_to = end,
            .bytes = bytes,
            .ack = Ack(lane, lane->open(end, count))};
  }
  std::shared_ptr<Lane> lane(std::uint64_t number) {
    return std::make_shared<Lane>(number, "lane " + std::to_string(number), 0, bell, scheduler);
  }

  SystemScheduler scheduler;
  Bell bell{scheduler};
  Inbox inbox{BatchSpec{.messages = 10, .bytes = 1000}, 2000, bell, scheduler};
};

TEST_F(InboxTest, GivesAllThatWaitsOfALaneAsOneBatch) {
  const auto one = lane(1);
  inbox.put(slice(one, 0, 3));
  inbox.put(slice(one, 3, 4));
  const auto batch = inbox.take();
  ASSERT_TRUE(batch);
  EXPECT_EQ(batch->messages.size(), 7U);
  EXPECT_EQ(batch->first, 0);
  EXPECT_EQ(batch->commit_to, 7);
  EXPECT_EQ(batch->messages[6].position, 6);
}

TEST_F(InboxTest, KeepsABatchWithinItsLimitsOfMessagesAndBytes) {
  const auto one = lane(1);
  inbox.put(slice(one, 0, 6));
  inbox.put(slice(one, 6, 6));
  EXPECT_EQ(inbox.take()->messages.size(), 6U);
  const auto two = lane(2);
  inbox.put(slice(two, 0, 1, 700));
  inbox.put(slice(two, 1, 1, 700));
  EXPECT_EQ(inbox.take()->messages.size(), 6U);  // the rest of the first lane
  EXPECT_EQ(inbox.take()->messages.size(), 1U);
}

TEST_F(InboxTest, ServesLanesInTurn) {
  const auto one = lane(1), two = lane(2);
  inbox.put(slice(one, 0, 8));
  inbox.put(slice(one, 8, 8));
  inbox.put(slice(two, 0, 1));
  EXPECT_EQ(inbox.take()->lane->number(), 1U);
  EXPECT_EQ(inbox.take()->lane->number(), 2U);
  EXPECT_EQ(inbox.take()->lane->number(), 1U);
}

TEST_F(InboxTest, AFullLaneLeavesRoomForTheOthers) {
  const auto one = lane(1);
  inbox.put(slice(one, 0, 10));
  EXPECT_EQ(inbox.room(1), 0U);
  EXPECT_EQ(inbox.room(2), 10U);
}

TEST_F(InboxTest, HasNoRoomForAnybodyPastItsBytes) {
  inbox.put(slice(lane(1), 0, 1, 2000));
  EXPECT_EQ(inbox.room(2), 0U);
  inbox.take();
  EXPECT_EQ(inbox.room(2), 10U);
}

TEST_F(InboxTest, ForgettingALaneFailsItsAcksAndMakesRoom) {
  const auto one = lane(1);
  inbox.put(slice(one, 0, 10, 2000));
  inbox.forget(1);
  EXPECT_TRUE(one->idle());
  EXPECT_EQ(one->due(), std::nullopt);
  EXPECT_EQ(inbox.room(2), 10U);
  EXPECT_EQ(inbox.fill().messages, 0U);
}

TEST_F(InboxTest, ClosingWakesTheTakerAndGivesAllMemoryBack) {
  std::atomic<int> released = 0;
  const auto one = lane(1);
  Slice lent = slice(one, 0, 1);
  lent.payload = std::make_shared<const Payload>(
      weir_memory{&released, [](void* owner) { ++*static_cast<std::atomic<int>*>(owner); }});
  inbox.put(std::move(lent));
  inbox.close();
  EXPECT_EQ(released, 1);
  std::jthread taker([this] { EXPECT_FALSE(inbox.take()); });
}

TEST_F(InboxTest, HandsEverythingOverInOrderBetweenTwoThreads) {
  const auto one = lane(1);
  constexpr std::int64_t count = 20'000;
  std::jthread putter([&] {
    for (std::int64_t position = 0; position < count;) {
      if (inbox.room(1) == 0) {
        bell.wait(std::chrono::milliseconds(50));
        continue;
      }
      inbox.put(slice(one, position, 1));
      ++position;
    }
  });
  std::int64_t next = 0;
  while (next < count) {
    auto batch = inbox.take();
    ASSERT_TRUE(batch);
    for (const auto& message : batch->messages) ASSERT_EQ(message.position, next++);
    std::move(batch->ack).settle({.accepted = true, .stored = batch->messages.size()});
  }
  EXPECT_EQ(one->due(), count);
}

}  // namespace
}  // namespace weir
