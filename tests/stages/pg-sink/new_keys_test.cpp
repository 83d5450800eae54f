#include "new_keys.hpp"

#include <gmock/gmock.h>

#include <vector>

using testing::ElementsAre;
using weir::pg_sink::NewKeys;

namespace {

/// How many batches are written by the upsert until new keys are believed in again.
std::size_t pause(NewKeys& keys, bool all_inserted) {
  std::size_t batches = 0;
  for (; !keys.believed(); ++batches) keys.observe(all_inserted);
  return batches;
}

TEST(PgSinkNewKeys, AreBelievedInAtFirst) { EXPECT_TRUE(NewKeys().believed()); }

TEST(PgSinkNewKeys, AreBelievedInLessOftenEachTimeThatTheyAreNot) {
  NewKeys keys;
  std::vector<std::size_t> pauses;
  for (int i = 0; i < 9; ++i) {
    keys.refute();
    pauses.push_back(pause(keys, false));
  }
  EXPECT_THAT(pauses, ElementsAre(1, 2, 4, 8, 16, 32, 64, 64, 64));
}

TEST(PgSinkNewKeys, AreBelievedInAgainSoonerWhereAllWereInserted) {
  NewKeys keys;
  for (int i = 0; i < 6; ++i) keys.refute();
  EXPECT_EQ(pause(keys, true), 5U);
}

TEST(PgSinkNewKeys, AStoredCopyForgetsWhatWasBefore) {
  NewKeys keys;
  for (int i = 0; i < 6; ++i) keys.refute();
  pause(keys, false);
  keys.confirm();
  keys.refute();
  EXPECT_EQ(pause(keys, false), 1U);
}

TEST(PgSinkNewKeys, AreNeverBelievedInOnceCopyIsGivenUp) {
  NewKeys keys;
  keys.give_up();
  for (int i = 0; i < 1'000; ++i) keys.observe(true);
  EXPECT_FALSE(keys.believed());
}

}  // namespace
