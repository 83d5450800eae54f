#include "engine/runtime/lane.hpp"

#include "engine/runtime/system_scheduler.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace weir {
namespace {

class LaneTest : public testing::Test {
 protected:
  SystemScheduler scheduler;
  Bell bell{scheduler};
  std::shared_ptr<Lane> lane = std::make_shared<Lane>(1, "cluster/orders/0", 0, bell, scheduler);
};

TEST_F(LaneTest, BooksBalanceWhileWorkIsUnderWayAndAfter) {
  Ack ack(lane, lane->open(10, 10));
  auto books = lane->snapshot();
  EXPECT_EQ(books.read, 10U);
  EXPECT_EQ(books.in_flight, 10U);
  std::move(ack).settle(
      {.accepted = true, .stored = 8, .rejected = 2, .dropped = 1, .inserted = 1});
  books = lane->snapshot();
  EXPECT_EQ(books.in_flight, 0U);
  EXPECT_EQ(books.read + books.inserted,
            books.stored + books.rejected + books.dropped + books.in_flight);
}

TEST_F(LaneTest, AnAckDestroyedUnsettledIsAWall) {
  { Ack forgotten(lane, lane->open(10, 1)); }
  Ack next(lane, lane->open(20, 1));
  std::move(next).settle({.accepted = true, .stored = 1});
  EXPECT_EQ(lane->due(), std::nullopt);
}

TEST_F(LaneTest, AnAbsorbedAckSettlesWithTheOneThatTookIt) {
  Ack first(lane, lane->open(10, 5));
  Ack second(lane, lane->open(20, 5));
  first.absorb(std::move(second));
  EXPECT_EQ(lane->due(), std::nullopt);
  std::move(first).settle({.accepted = true, .stored = 10});
  EXPECT_EQ(lane->due(), 20);
}

TEST_F(LaneTest, WhatIsCommittedIsNoLongerDue) {
  Ack ack(lane, lane->open(10, 1));
  std::move(ack).settle({.accepted = true, .stored = 1});
  ASSERT_EQ(lane->due(), 10);
  lane->committed(10);
  EXPECT_EQ(lane->due(), std::nullopt);
  EXPECT_EQ(lane->snapshot().position, 10);
  EXPECT_EQ(lane->commit_age(), std::nullopt);
}

TEST_F(LaneTest, HasACommitAgeWhileSomethingWaits) {
  Ack ack(lane, lane->open(10, 1));
  EXPECT_NE(lane->commit_age(), std::nullopt);
  std::move(ack).settle({.accepted = true, .stored = 1});
  EXPECT_NE(lane->commit_age(), std::nullopt);  // settled, not committed
}

}  // namespace
}  // namespace weir
