#include "engine/books/persistence.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace weir {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

class PersistenceTest : public testing::Test {
 protected:
  Persistence::Clock::time_point now{};
  Persistence persistence{seconds(10), [this](milliseconds pause) { now += pause; },
                          [this] { return now; }};

  std::string refusal(const std::function<Verdict()>& call) const {
    try {
      persistence.insist("store", call);
      return "it was OK";
    } catch (const NoAnswer& e) {
      return e.what();
    }
  }
};

TEST_F(PersistenceTest, RepeatsACallUntilItIsAnswered) {
  int calls = 0;
  persistence.insist("store", [&] {
    return ++calls < 4 ? Verdict{WEIR_RETRY, "away"} : Verdict{};
  });
  EXPECT_EQ(calls, 4);
  EXPECT_GT(now.time_since_epoch(), milliseconds(0));
}

TEST_F(PersistenceTest, GivesUpAfterAWhileWithTheStagesOwnWords) {
  EXPECT_THAT(refusal([] {
                return Verdict{WEIR_RETRY, "the server is away"};
              }),
              HasSubstr("store: the server is away (given up after 10 s)"));
  EXPECT_GE(now.time_since_epoch(), seconds(10));
}

TEST_F(PersistenceTest, DoesNotRepeatAFailure) {
  int calls = 0;
  EXPECT_THAT(refusal([&] {
                ++calls;
                return Verdict{WEIR_FAILED, "a grant is missing"};
              }),
              HasSubstr("store: a grant is missing"));
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace weir
