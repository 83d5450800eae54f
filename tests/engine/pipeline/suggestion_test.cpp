#include "engine/pipeline/suggestion.hpp"

#include <gtest/gtest.h>

namespace {

using weir::did_you_mean;

TEST(Suggestion, NamesTheNearestCandidate) {
  EXPECT_EQ(did_you_mean("topics", {"brokers", "topic", "group"}), "did you mean `topic`?");
  EXPECT_EQ(did_you_mean("Topic", {"brokers", "topic"}), "did you mean `topic`?");
  EXPECT_EQ(did_you_mean("tpoic", {"topic"}), "did you mean `topic`?");
  EXPECT_EQ(did_you_mean("erliest", {"earliest", "latest"}), "did you mean `earliest`?");
}

TEST(Suggestion, IsSilentWhenNothingIsNear) {
  EXPECT_EQ(did_you_mean("zebra", {"brokers", "topic"}), "");
  EXPECT_EQ(did_you_mean("x", {"y"}), "");
  EXPECT_EQ(did_you_mean("", {"topic"}), "");
  EXPECT_EQ(did_you_mean("topic", {}), "");
  EXPECT_EQ(did_you_mean(std::string(100'000, 'a'), {std::string(100'000, 'a')}), "");
}

TEST(Suggestion, ListsAFewCandidatesWhenNoneIsNear) {
  EXPECT_EQ(weir::suggest("topik", {"brokers", "topic"}), "did you mean `topic`?");
  EXPECT_EQ(weir::suggest("zebra", {"brokers", "topic"}), "known here: `brokers`, `topic`");
  EXPECT_EQ(weir::suggest("zebra", {}), "");
  EXPECT_EQ(weir::suggest("zebra", std::vector<std::string>(13, "brokers")), "");
}

}  // namespace
