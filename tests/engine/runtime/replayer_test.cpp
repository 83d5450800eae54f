// Dead letters that go through a running pipeline once more.
#include "run.hpp"

#include <gmock/gmock.h>

#include <thread>

namespace weir {
namespace {

using testing::AnyOf;
using testing::Contains;
using testing::ElementsAre;
using testing::Eq;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using ReplayOutcome = ReplayedLetter::Outcome;
using Refusal = ReplayAnswer::Refusal;

class ReplayerTest : public Run {
 protected:
  /// Letters of the values, at the places 1 and on and the positions 10 and on of one lane, which
  /// is owned where the origin says so.
  void keep(const std::vector<std::string>& values, const std::string& steps,
            const std::string& origin = "fixture/counting/0") {
    std::string positions, texts;
    for (std::size_t i = 0; i < values.size(); ++i) {
      positions += (i > 0 ? ", " : "") + std::to_string(10 + i);
      texts += (i > 0 ? ", \"" : "\"") + values[i] + "\"";
    }
    start(
        "pipeline: p\nsource: { stage: fixture-counting-source, with: { messages: 1, stay: true } "
        "}\n"
        "steps: [" +
        steps + "]\nrejects: [{ name: letters, stage: fixture-books-letters, with: { positions: [" +
        positions + "], values: [" + texts + "], origin: \"" + origin + "\" } }]\n");
    ASSERT_TRUE(eventually([this] {
      const auto lanes = shot().lanes;
      return shot().state == State::healthy && !lanes.empty() && lanes.front().in_flight == 0 &&
             lanes.front().read == 1;
    }));
  }
  ReplayAnswer replay(const ReplayQuery& query) { return supervisor->replay("p", query); }
  static std::vector<ReplayOutcome> outcomes(const ReplayAnswer& answer) {
    EXPECT_EQ(answer.refusal, Refusal::none) << answer.why;
    std::vector<ReplayOutcome> all;
    for (const ReplayedLetter& letter : answer.letters) all.push_back(letter.outcome);
    return all;
  }

  static constexpr const char* taker =
      "{ name: taker, stage: fixture-taker, with: { path: taken } }";
  static constexpr const char* all_steps =
      "{ name: before, stage: fixture-recording, with: { path: before } }, "
      "{ name: check, stage: fixture-rejecting, with: { text: unfit } }, "
      "{ name: filter, stage: fixture-dropping, with: { text: drop } }, "
      "{ name: taker, stage: fixture-taker, with: { path: taken } }, "
      "{ name: behind, stage: fixture-recording, with: { path: behind, calls: true } }";
};

TEST_F(ReplayerTest, GoesThroughAllStepsFromTheFirstOn) {
  keep({"good", "unfit", "drop it", "newer", "bad"}, all_steps);
  const ReplayAnswer answer = replay({.places = {1, 2, 3, 4, 5}});
  EXPECT_THAT(outcomes(answer),
              ElementsAre(ReplayOutcome::stored, ReplayOutcome::rejected, ReplayOutcome::dropped,
                          ReplayOutcome::superseded, ReplayOutcome::rejected));
  const ReplayedLetter& unfit = answer.letters.at(1);
  EXPECT_EQ(unfit.place, 2U);
  EXPECT_EQ(unfit.origin, "fixture/counting/0");
  EXPECT_EQ(unfit.position, 11);
  EXPECT_EQ(unfit.stage, "check");
  EXPECT_EQ(unfit.code, "fixture");
  EXPECT_EQ(unfit.reason, "the value contains `unfit`");
  EXPECT_EQ(unfit.pointer, "/value");
  EXPECT_EQ(answer.letters.at(4).stage, "taker");
  EXPECT_EQ(answer.letters.at(4).pointer, "/bad");
  EXPECT_THAT(lines("taken"), ElementsAre("took 10 good"));
  EXPECT_THAT(
      lines("before"),
      ElementsAre("before 0 0:0", "before settled 1 accepted", "before 10 good",
                  "before settled 11 accepted", "before 11 unfit", "before settled 12 failed",
                  "before 12 drop it", "before settled 13 failed", "before 13 newer",
                  "before settled 14 failed", "before 14 bad", "before settled 15 failed"));
  EXPECT_EQ(count("behind", "behind 1"), 1U) << "what was stored, and nothing else";
  EXPECT_THAT(lines("behind"), Contains("behind 10 good"));
  EXPECT_THAT(lines("behind"),
              Contains("behind batch 1 of lane " + std::to_string(shot().lanes.front().lane)));
  EXPECT_THAT(logged(), HasSubstr("replayed 5 dead letters: 1 stored, 1 superseded, 2 rejected, 1 "
                                  "dropped"));
}

TEST_F(ReplayerTest, ADryRunChangesNothingAndAsksOnlyWhoDoesNothing) {
  keep({"good", "unfit", "drop it", "newer"}, all_steps);
  const auto answer = replay({.places = {1, 2, 3, 4}, .dry_run = true});
  EXPECT_THAT(outcomes(answer), ElementsAre(ReplayOutcome::stored, ReplayOutcome::rejected,
                                            ReplayOutcome::stored, ReplayOutcome::superseded))
      << "the filter does not say that it is pure, so it is not asked";
  EXPECT_THAT(lines("taken"), IsEmpty());
  EXPECT_THAT(lines("before"), ElementsAre("before 0 0:0", "before settled 1 accepted"));
  EXPECT_EQ(count("behind", "behind 1"), 0U);
  EXPECT_THAT(logged(), testing::Not(HasSubstr("replayed")));
  EXPECT_THAT(outcomes(replay({.places = {1}})), ElementsAre(ReplayOutcome::stored))
      << "it can be done";
}

TEST_F(ReplayerTest, ALetterIsDoneOnceAndSaysWhen) {
  keep({"good", "bad"}, taker);
  EXPECT_THAT(outcomes(replay({.places = {1, 1}})),
              ElementsAre(ReplayOutcome::stored, ReplayOutcome::done));
  const auto again = replay({.places = {1}, .dry_run = true});
  EXPECT_THAT(outcomes(again), ElementsAre(ReplayOutcome::done));
  EXPECT_EQ(again.letters.front().reason, "taken before");
  EXPECT_THAT(lines("taken"), SizeIs(1));
  const LetterPage page = supervisor->letters("p", {.oldest_first = true});
  EXPECT_EQ(page.letters.at(0).replayed_at, Scheduler::Wall(std::chrono::seconds(1)));
  EXPECT_EQ(page.letters.at(1).replayed_at, std::nullopt);
}

TEST_F(ReplayerTest, WhatTheFilterSaysComesOldestFirstAndGoesOnBehindAPlace) {
  keep({"one", "two", "three", "four", "five"}, taker);
  const ReplayAnswer first = replay({.filter = {.code = "bad"}, .most = 2});
  EXPECT_THAT(outcomes(first), ElementsAre(ReplayOutcome::stored, ReplayOutcome::stored));
  EXPECT_EQ(first.next, 2U);
  const ReplayAnswer rest = replay({.after = first.next});
  EXPECT_THAT(outcomes(rest), SizeIs(3));
  EXPECT_EQ(rest.next, 0U);
  EXPECT_THAT(lines("taken"), ElementsAre("took 10 one", "took 11 two", "took 12 three",
                                          "took 13 four", "took 14 five"));
  EXPECT_THAT(outcomes(replay({.filter = {.code = "none"}})), IsEmpty());
}

TEST_F(ReplayerTest, NoFurtherLetterIsBegunWhenTimeIsUp) {
  keep({"slow", "two", "three"}, taker);
  const ReplayAnswer first = replay({.longest = std::chrono::milliseconds(100)});
  EXPECT_THAT(outcomes(first), ElementsAre(ReplayOutcome::stored));
  EXPECT_EQ(first.next, 1U);
  EXPECT_THAT(outcomes(replay({.after = 1})), SizeIs(2));
  EXPECT_THAT(outcomes(replay({.places = {1, 2}, .longest = std::chrono::milliseconds(0)})),
              ElementsAre(ReplayOutcome::done))
      << "the second one was not reached";
}

TEST_F(ReplayerTest, AStepThatIsAwayEndsIt) {
  keep({"one", "away", "three"}, taker);
  const ReplayAnswer answer = replay({});
  EXPECT_THAT(outcomes(answer), ElementsAre(ReplayOutcome::stored));
  EXPECT_EQ(answer.next, 1U);
  for (const ReplayQuery& query : {ReplayQuery{.after = 1}, ReplayQuery{.places = {2}}}) {
    const ReplayAnswer rest = replay(query);
    EXPECT_EQ(rest.refusal, Refusal::not_now);
    EXPECT_EQ(rest.why, "stage `taker`: fixture: the taker is away");
  }
  EXPECT_THAT(outcomes(replay({.places = {1, 2, 3}})), ElementsAre(ReplayOutcome::done))
      << "what was reached is told";
}

TEST_F(ReplayerTest, ALaneThatIsNotOwnedIsNotShownToTheStepsBehind) {
  keep({"good"}, all_steps, "elsewhere/orders/3");
  EXPECT_THAT(outcomes(replay({.places = {1}})), ElementsAre(ReplayOutcome::stored));
  EXPECT_THAT(lines("taken"), ElementsAre("took 10 good"));
  EXPECT_EQ(count("behind", "behind 1"), 0U);
}

TEST_F(ReplayerTest, SaysWhatStandsAtNoPlace) {
  keep({"good"}, taker);
  const ReplayAnswer answer = replay({.places = {7, 1}});
  EXPECT_THAT(outcomes(answer), ElementsAre(ReplayOutcome::unknown, ReplayOutcome::stored));
  EXPECT_EQ(answer.letters.front().place, 7U);
}

TEST_F(ReplayerTest, SaysWhyNothingCanBeReplayed) {
  keep({"good"}, "{ stage: fixture-recording, with: { path: seen } }");
  EXPECT_EQ(replay({.places = {1}}).refusal, Refusal::no_taker);
  EXPECT_EQ(supervisor->replay("q", {}).refusal, Refusal::no_pipeline);
  supervisor.reset();
  start(
      std::string("pipeline: p\nsource: { stage: fixture-counting-source, with: { stay: true } }\n"
                  "steps: [") +
      taker + "]\n");
  ASSERT_TRUE(eventually([this] { return shot().state == State::healthy; }));
  EXPECT_EQ(replay({}).refusal, Refusal::no_keeper);
}

TEST_F(ReplayerTest, OneIsAtWorkAtATimeAndAStopEndsIt) {
  keep(std::vector<std::string>(50, "slow"), taker);
  ReplayAnswer first;
  std::thread other([&] { first = replay({.longest = std::chrono::seconds(60)}); });
  EXPECT_TRUE(eventually([this] { return !lines("taken").empty(); }));
  const ReplayAnswer second = replay({.places = {1}});
  EXPECT_EQ(second.refusal, Refusal::not_now);
  EXPECT_THAT(second.why, HasSubstr("another replay is at work"));
  supervisor->stop();
  EXPECT_TRUE(ends());
  other.join();
  EXPECT_LT(first.letters.size(), 50U);
  EXPECT_EQ(first.next, first.letters.back().place);
  EXPECT_EQ(replay({.places = {1}}).refusal, Refusal::not_now) << "the pipeline has stopped";
}

}  // namespace
}  // namespace weir
