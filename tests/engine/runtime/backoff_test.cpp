#include "engine/runtime/backoff.hpp"

#include <gtest/gtest.h>

namespace weir {
namespace {

using namespace std::chrono_literals;

TEST(Backoff, StaysBelowABoundThatDoublesUpToTheLongest) {
  Backoff backoff({.first = 100ms, .longest = 1s}, 7);
  for (const auto bound : {100ms, 200ms, 400ms, 800ms, 1000ms, 1000ms}) {
    const auto pause = backoff.next();
    EXPECT_GE(pause, 1ms);
    EXPECT_LE(pause, bound);
  }
}

TEST(Backoff, StartsOverAfterAReset) {
  Backoff backoff({.first = 10ms, .longest = 10s}, 7);
  for (int i = 0; i < 20; ++i) backoff.next();
  backoff.reset();
  EXPECT_LE(backoff.next(), 10ms);
}

TEST(Backoff, IsTheSameForTheSameSeed) {
  Backoff one({.first = 1s, .longest = 1min}, 42), other({.first = 1s, .longest = 1min}, 42);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(one.next(), other.next());
}

}  // namespace
}  // namespace weir
