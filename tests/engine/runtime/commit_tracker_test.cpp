#include "engine/runtime/commit_tracker.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <vector>

namespace weir {
namespace {

TEST(CommitTracker, HasNothingDueBeforeAnythingSettled) {
  CommitTracker tracker;
  tracker.open(10);
  EXPECT_EQ(tracker.due(), std::nullopt);
  EXPECT_FALSE(tracker.idle());
}

TEST(CommitTracker, CommitsTheEndOfTheContiguousRun) {
  CommitTracker tracker;
  const auto first = tracker.open(10);
  const auto second = tracker.open(20);
  const auto third = tracker.open(30);
  tracker.settle(second, second, true);
  EXPECT_EQ(tracker.due(), std::nullopt);
  tracker.settle(first, first, true);
  EXPECT_EQ(tracker.due(), 20);
  tracker.settle(third, third, true);
  EXPECT_EQ(tracker.due(), 30);
  EXPECT_TRUE(tracker.idle());
}

TEST(CommitTracker, NeverCommitsPastAFailedBatch) {
  CommitTracker tracker;
  const auto first = tracker.open(10);
  const auto second = tracker.open(20);
  const auto third = tracker.open(30);
  tracker.settle(first, first, true);
  tracker.settle(second, second, false);
  tracker.settle(third, third, true);
  EXPECT_EQ(tracker.due(), 10);
  EXPECT_TRUE(tracker.walled());
  EXPECT_TRUE(tracker.idle());
}

TEST(CommitTracker, KeepsTheFirstFateOfATicket) {
  CommitTracker tracker;
  const auto first = tracker.open(10);
  tracker.settle(first, first, false);
  tracker.settle(first, first, true);
  EXPECT_EQ(tracker.due(), std::nullopt);
  EXPECT_TRUE(tracker.walled());
}

TEST(CommitTracker, IgnoresTicketsThatItNeverGave) {
  CommitTracker tracker;
  tracker.settle(0, 1'000'000, true);
  EXPECT_EQ(tracker.due(), std::nullopt);
}

/// Against the plainest model: a list of fates, scanned from the start.
TEST(CommitTracker, AgreesWithTheModelInAnyOrderOfSettling) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int round = 0; round < 500; ++round) {
    const std::size_t count = 1 + random() % 60;
    CommitTracker tracker;
    std::vector<std::uint64_t> tickets;
    std::vector<int> fates(count, 0);  // 0 open, 1 accepted, 2 failed
    for (std::size_t i = 0; i < count; ++i)
      tickets.push_back(tracker.open(static_cast<std::int64_t>(i + 1) * 7));
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), 0);
    std::shuffle(order.begin(), order.end(), random);
    for (const std::size_t index : order) {
      const bool accepted = random() % 20 != 0;
      tracker.settle(tickets[index], tickets[index], accepted);
      fates[index] = accepted ? 1 : 2;
      const auto run =
          std::find_if(fates.begin(), fates.end(), [](int fate) { return fate != 1; }) -
          fates.begin();
      const auto expected = run == 0 ? std::nullopt : std::optional<std::int64_t>(run * 7);
      ASSERT_EQ(tracker.due(), expected);
    }
    ASSERT_TRUE(tracker.idle());
  }
}

}  // namespace
}  // namespace weir
