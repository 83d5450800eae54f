// What a whole pipeline of fixtures tells about its messages.
#include "run.hpp"

#include <gmock/gmock.h>

namespace weir {
namespace {

using testing::HasSubstr;

class TraceSearchTest : public Run {
 protected:
  TraceAnswer ask(const TraceQuery& query) const { return supervisor->trace("p", query).value(); }
  TraceAnswer of_key(const std::string& key) const {
    return ask({.key = key, .origin = {}, .position = -1});
  }
  TraceAnswer of_place(const std::string& place) const {
    return ask(TraceQuery::message(place).value());
  }
};

TEST_F(TraceSearchTest, TellsAMessagesWayItsRowAndItsLetters) {
  start(R"(
pipeline: p
source: { stage: fixture-counting-source, with: { messages: 4, path: source } }
steps:
  - { name: picky, stage: fixture-rejecting, with: { text: ":2", code: odd, pointer: /x } }
  - { name: shelf, stage: fixture-shelf }
rejects: [{ name: letters, stage: fixture-books-letters, with: { positions: [7, 2, 7] } }]
)");
  ASSERT_TRUE(ends());

  const TraceAnswer stored = of_key("0:3");
  ASSERT_EQ(stored.messages.size(), 1U);
  EXPECT_EQ(stored.messages[0].outcome, TraceOutcome::stored);
  EXPECT_EQ(stored.messages[0].position, 3);
  ASSERT_EQ(stored.messages[0].stages.size(), 2U);
  EXPECT_EQ(stored.messages[0].stages[1].stage, "shelf");
  EXPECT_GE(stored.messages[0].committed_at, stored.messages[0].read_at);
  ASSERT_EQ(stored.rows.size(), 1U);
  EXPECT_EQ(stored.rows[0], (TracedRow{.stage = "shelf",
                                       .origin = "fixture/counting/0",
                                       .position = 3,
                                       .stored_at = std::nullopt}));
  EXPECT_TRUE(stored.letters.empty());
  EXPECT_TRUE(stored.unanswered.empty());

  const TraceAnswer rejected = of_place("counting[0]@2");
  ASSERT_EQ(rejected.messages.size(), 1U);
  EXPECT_EQ(rejected.messages[0].outcome, TraceOutcome::rejected);
  EXPECT_EQ(rejected.messages[0].stages[0].code, "odd");
  EXPECT_TRUE(rejected.rows.empty());

  // Two that memory does not know: of the letters, two a call, only those of that place.
  const TraceAnswer forgotten = of_place("fixture/books/0@7");
  EXPECT_TRUE(forgotten.messages.empty());
  ASSERT_EQ(forgotten.letters.size(), 2U);
  EXPECT_EQ(forgotten.letters[0].code, "bad");
  EXPECT_EQ(forgotten.letters[0].place, 3U);
  EXPECT_EQ(forgotten.letters[1].place, 1U);
  EXPECT_TRUE(of_key("no such key").messages.empty());
  EXPECT_EQ(supervisor->trace("q", TraceQuery{}), std::nullopt);
}

TEST_F(TraceSearchTest, SaysWhichStageCannotBeAsked) {
  start(
      "pipeline: p\nsource: { stage: fixture-counting-source, with: { messages: 1, path: s } }\n"
      "steps: [{ name: shelf, stage: fixture-shelf }]\n");
  ASSERT_TRUE(ends());
  const TraceAnswer answer = of_key("away");
  ASSERT_EQ(answer.unanswered.size(), 1U);
  EXPECT_EQ(answer.unanswered[0].stage, "shelf");
  EXPECT_THAT(answer.unanswered[0].reason, HasSubstr("the shelf is away"));
}

TEST_F(TraceSearchTest, IsAskedFromTheFirstMomentToTheLast) {
  start(R"(
pipeline: p
source: { stage: fixture-counting-source, with: { lanes: 3, messages: 3000, path: source } }
steps:
  - { name: twice, stage: fixture-duplicating }
  - { name: shelf, stage: fixture-shelf }
shards: 2
batch: { messages: 7 }
)");
  std::size_t asked = 0;
  while (!supervisor->over()) {
    of_key("1:1000");
    supervisor->tend();
    ++asked;
  }
  EXPECT_GT(asked, 0U);
  const TraceAnswer answer = of_key("1:1000");
  ASSERT_EQ(answer.messages.size(), 2U);  // and its copy
  EXPECT_EQ(answer.messages[0].stages[0].fate, MessageFate::inserted);
  EXPECT_EQ(answer.messages[1].stages[0].fate, MessageFate::passed);
  EXPECT_EQ(answer.messages[0].outcome, TraceOutcome::stored);
}

}  // namespace
}  // namespace weir
