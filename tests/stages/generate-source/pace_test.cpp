#include "pace.hpp"

#include <gtest/gtest.h>

namespace weir::generate_source {
namespace {

using namespace std::chrono_literals;

const Pace::Clock::time_point start{1h};

TEST(Pace, LetsTheFirstMessageGoAtOnceAndTheNextWhenItIsDue) {
  Pace pace(10, start);
  EXPECT_EQ(pace.due(start), 1U);
  pace.sent(1);
  EXPECT_EQ(pace.due(start + 50ms), 0U);
  EXPECT_EQ(pace.due(pace.next()), 1U);
}

TEST(Pace, CatchesUpWithWhatAShortPauseLeftUndone) {
  Pace pace(100, start);
  pace.sent(pace.due(start));
  EXPECT_EQ(pace.due(start + 505ms), 50U);
}

TEST(Pace, DoesNotMakeUpForALongPause) {
  Pace pace(100, start);
  pace.sent(pace.due(start));
  EXPECT_EQ(pace.due(start + 60s), 1U);
}

TEST(Pace, SendsAsManyAsTheRateSaysOverALongTime) {
  Pace pace(7, start);
  std::size_t sent = 0;
  for (auto now = start; now < start + 100s; now = pace.next()) {
    const std::size_t due = pace.due(now);
    ASSERT_GT(due, 0U);
    pace.sent(due);
    sent += due;
  }
  EXPECT_EQ(sent, 700U);
}

TEST(Pace, HasNoLimitWithoutARate) {
  Pace pace(0, start);
  pace.sent(1000);
  EXPECT_GT(pace.due(start), 1'000'000U);
}

}  // namespace
}  // namespace weir::generate_source
