#include "run.hpp"

#include <gmock/gmock.h>

#include <map>
#include <set>
#include <string>
#include <utility>

namespace weir {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

class PipelineTest : public Run {};

TEST_F(PipelineTest, ASourceThatEndsEndsTheRunWellWithEverythingCommitted) {
  start(R"(
pipeline: p
source: { stage: fixture-counting-source, with: { lanes: 3, messages: 50, path: source } }
steps: [{ name: seen, stage: fixture-recording, with: { path: seen } }]
shards: 2
)");
  ASSERT_TRUE(ends());
  EXPECT_EQ(supervisor->end(), RunEnd::well);
  EXPECT_EQ(count("source", "committed 0 50"), 1U);
  EXPECT_EQ(count("source", "committed 2 50"), 1U);
  EXPECT_EQ(count("source", "leaked"), 0U);
  EXPECT_EQ(count("seen", "seen ") - count("seen", "seen settled"), 150U);
  EXPECT_EQ(shot().state, State::ended);
}

TEST_F(PipelineTest, ALaneKeepsItsOrderAcrossShardsAndBatches) {
  start(R"(
pipeline: p
source: { stage: fixture-counting-source, with: { lanes: 4, messages: 500, batch: 7 } }
steps: [{ name: seen, stage: fixture-recording, with: { path: seen } }]
shards: 3
batch: { messages: 10 }
)");
  ASSERT_TRUE(ends());
  std::map<std::string, int> next;
  for (const auto& line : lines("seen")) {
    if (line.starts_with("seen settled")) continue;
    const auto value = line.substr(line.rfind(' ') + 1);
    const auto lane = value.substr(0, value.find(':'));
    ASSERT_EQ(value, lane + ":" + std::to_string(next[lane]++));
  }
  EXPECT_EQ(next["0"], 500);
  EXPECT_EQ(next["3"], 500);
}

TEST_F(PipelineTest, ARetryRepeatsTheStepThatAskedAndNotTheOnesBeforeIt) {
  start(R"(
pipeline: p
source: { stage: fixture-counting-source, with: { messages: 1, path: source } }
steps:
  - { name: before, stage: fixture-recording, with: { path: before } }
  - { name: again, stage: fixture-retry, with: { times: 3 } }
  - { name: after, stage: fixture-recording, with: { path: after } }
retry: { first: 1ms, longest: 2ms }
)");
  ASSERT_TRUE(ends());
  EXPECT_EQ(supervisor->end(), RunEnd::well);
  EXPECT_THAT(lines("before"), ElementsAre("before 0 0:0", "before settled 1 accepted"));
  EXPECT_THAT(lines("after"), ElementsAre("after 0 0:0", "after settled 1 accepted"));
  EXPECT_EQ(shot().stages.at(2).retries, 3U);
}

TEST_F(PipelineTest, ARefusalThatIsNoRetryStopsThePipelineAndCommitsNothingBehindIt) {
  start(R"(
pipeline: p
source: { stage: fixture-counting-source, with: { messages: 20, batch: 1, path: source } }
steps:
  - { name: seen, stage: fixture-recording, with: { path: seen } }
  - { name: bad, stage: fixture-failing, with: { text: "0:7" } }
batch: { messages: 1 }
)");
  ASSERT_TRUE(ends());
  EXPECT_EQ(supervisor->end(), RunEnd::failed);
  EXPECT_EQ(shot().state, State::failed);
  EXPECT_THAT(shot().reason, HasSubstr("stage `bad`: fixture: failed at 0:7"));
  EXPECT_THAT(logged(), HasSubstr("error p/bad: stops the pipeline"));
  for (const auto& line : lines("source")) {
    if (!line.starts_with("committed 0 ")) continue;
    EXPECT_LE(std::stoi(line.substr(12)), 7);
  }
  EXPECT_EQ(count("seen", "seen settled 8 failed"), 1U);
  EXPECT_EQ(count("source", "leaked"), 0U);
}

TEST_F(PipelineTest, WhateverAStepThrowsStopsThePipelineWithItsWords) {
  for (const auto& [what, words] :
       {std::pair{"exception", "thrown from process"}, {"integer", "not a std::exception"}}) {
    start(
        "pipeline: p\nsource: { stage: fixture-counting-source }\nsteps: [{ stage: fixture-throws, "
        "with: { what: " +
        std::string(what) + " } }]\n");
    ASSERT_TRUE(ends());
    EXPECT_EQ(supervisor->end(), RunEnd::failed);
    EXPECT_THAT(shot().reason, HasSubstr(words));
  }
}

TEST_F(PipelineTest, AClaimedLaneGoesOnWhereItsKeptPositionSays) {
  start(R"(
pipeline: p
source: { stage: fixture-counting-source, with: { claim: true, messages: 9, path: source } }
steps:
  - { name: keeper, stage: fixture-keeper, with: { start: 6, path: kept } }
)");
  ASSERT_TRUE(ends());
  EXPECT_EQ(supervisor->end(), RunEnd::well);
  EXPECT_EQ(lines("kept").front(), "claimed fixture/counting/0 6 -1 unmarked");
  EXPECT_EQ(lines("kept").back().substr(lines("kept").back().rfind(' ')), " 9");
  EXPECT_EQ(shot().lanes.at(0).read, 3U);
}

TEST_F(PipelineTest, AFencedBatchIsForgottenAndItsLaneClaimedAnew) {
  start(R"(
pipeline: p
source: { stage: fixture-counting-source, with: { claim: true, messages: 20, path: source } }
steps:
  - { name: keeper, stage: fixture-keeper, with: { rival_at: 8, path: kept } }
  - { name: shelf, stage: fixture-shelf }
)");
  ASSERT_TRUE(ends());
  EXPECT_EQ(supervisor->end(), RunEnd::well);
  EXPECT_EQ(count("source", "lost 0"), 1U);
  EXPECT_EQ(count("kept", "claimed"), 2U);
  EXPECT_THAT(logged(), HasSubstr("fixture/counting/0 was claimed by another instance"));
  std::int64_t next = 0;  // each position is kept once, and none is left out
  for (const std::string& line : lines("kept")) {
    std::istringstream words(line);
    std::string word, origin;
    std::int64_t first = 0, to = 0;
    words >> word >> origin >> first >> to;
    if (word == "claimed") {
      EXPECT_EQ(first, next == 0 ? -1 : next);
      if (next > 0) {
        EXPECT_EQ(line, "claimed fixture/counting/0 " + std::to_string(next) + " " +
                            std::to_string(next - 1) + " marked");
      }
      continue;
    }
    EXPECT_EQ(first, next);
    next = to;
  }
  EXPECT_EQ(next, 20);
}

TEST_F(PipelineTest, OnlyWhatCanBeMadeAnewMayStandAfterTheStepThatKeepsPositions) {
  const auto refusal = [this](const std::string& after) -> std::string {
    try {
      start(
          "pipeline: p\nsource: { stage: fixture-counting-source }\nsteps: [{ name: keeper, stage: "
          "fixture-keeper }, { name: after, stage: " +
          after + " }]\n");
    } catch (const BuildError& e) {
      return e.stage() + ": " + e.what();
    }
    return "";
  };
  EXPECT_THAT(refusal("fixture-recording, with: { path: seen }"),
              HasSubstr("after: stands after `keeper`, which keeps the lanes' positions"));
  EXPECT_THAT(refusal("fixture-keeper"), HasSubstr("only one step may"));
  EXPECT_EQ(refusal("fixture-shelf"), "");
}

TEST_F(PipelineTest, RejectedMessagesLeaveByTheRejectRouteOnceWithTheirFacts) {
  start(R"(
pipeline: p
source: { stage: fixture-counting-source, with: { messages: 4, path: source } }
steps:
  - { name: picky, stage: fixture-rejecting, with: { text: ":2", code: odd, pointer: /x, flush: true } }
  - { name: again, stage: fixture-retry, with: { times: 2 } }
  - { name: seen, stage: fixture-recording, with: { path: seen } }
rejects: [{ name: letters, stage: fixture-recording, with: { path: letters, headers: true } }]
retry: { first: 1ms, longest: 1ms }
)");
  ASSERT_TRUE(ends());
  EXPECT_THAT(lines("letters"), ElementsAre("letters 2 0:2 weir-stage=picky weir-code=odd "
                                            "weir-reason=the value contains `:2` weir-pointer=/x"));
  EXPECT_THAT(lines("seen"),
              ElementsAre("seen 0 0:0", "seen 1 0:1", "seen 3 0:3", "seen settled 4 accepted"));
  const auto lane = shot().lanes.at(0);
  EXPECT_EQ(lane.read, 4U);
  EXPECT_EQ(lane.stored, 3U);
  EXPECT_EQ(lane.rejected, 1U);
  EXPECT_EQ(lane.in_flight, 0U);
  EXPECT_EQ(count("source", "committed 0 4"), 1U);
}

TEST_F(PipelineTest, ARejectRouteThatIsNotReadyHoldsTheBatchBack) {
  start(R"(
pipeline: p
source: { stage: fixture-counting-source, with: { messages: 2, path: source } }
steps: [{ name: picky, stage: fixture-rejecting, with: { text: ":1" } }]
rejects:
  - { name: first, stage: fixture-recording, with: { path: first } }
  - { name: away, stage: fixture-retry, with: { times: 3 } }
  - { name: letters, stage: fixture-recording, with: { path: letters } }
retry: { first: 1ms, longest: 1ms }
)");
  ASSERT_TRUE(ends());
  EXPECT_THAT(lines("first"), ElementsAre("first 1 0:1"));
  EXPECT_THAT(lines("letters"), ElementsAre("letters 1 0:1"));
  EXPECT_EQ(count("source", "committed 0 2"), 1U);
}

TEST_F(PipelineTest, ARejectWithoutARouteStopsThePipeline) {
  start(R"(
pipeline: p
source: { stage: fixture-counting-source }
steps: [{ name: picky, stage: fixture-rejecting }]
)");
  ASSERT_TRUE(ends());
  EXPECT_EQ(supervisor->end(), RunEnd::failed);
  EXPECT_THAT(shot().reason, HasSubstr("add `rejects:`"));
}

TEST_F(PipelineTest, BooksBalanceWithDropsAndInsertions) {
  start(R"(
pipeline: p
source: { stage: fixture-counting-source, with: { messages: 10 } }
steps:
  - { name: fewer, stage: fixture-dropping, with: { text: ":3" } }
  - { name: more, stage: fixture-duplicating }
  - { name: seen, stage: fixture-recording, with: { path: seen } }
)");
  ASSERT_TRUE(ends());
  const auto lane = shot().lanes.at(0);
  EXPECT_EQ(lane.dropped, 1U);
  EXPECT_EQ(lane.inserted, 9U);
  EXPECT_EQ(lane.read + lane.inserted, lane.stored + lane.rejected + lane.dropped + lane.in_flight);
  EXPECT_EQ(lane.stored, 18U);
}

TEST_F(PipelineTest, StepsHearHowABatchEndedLastFirst) {
  start(R"(
pipeline: p
source: { stage: fixture-counting-source, with: { messages: 1, path: all } }
steps:
  - { name: a, stage: fixture-recording, with: { path: all } }
  - { name: b, stage: fixture-recording, with: { path: all } }
)");
  ASSERT_TRUE(ends());
  EXPECT_THAT(lines("all"), ElementsAre("a 0 0:0", "b 0 0:0", "b settled 1 accepted",
                                        "a settled 1 accepted", "committed 0 1"));
}

TEST_F(PipelineTest, StagesStartFirstToLastAndStopInReverse) {
  start(R"(
pipeline: p
source: { stage: fixture-counting-source, with: { messages: 0 } }
steps:
  - { name: a, stage: fixture-recording, with: { path: all, calls: true } }
  - { name: b, stage: fixture-recording, with: { path: all, calls: true } }
)");
  ASSERT_TRUE(ends());
  EXPECT_THAT(lines("all"),
              ElementsAre("a start", "b start", "a open 0", "b open 0", StartsWith("b close"),
                          StartsWith("a close"), "b stop", "a stop"));
}

TEST_F(PipelineTest, AStageThatCannotStartYetIsAskedAgainAndSaysWhy) {
  start(R"(
pipeline: p
source: { stage: fixture-counting-source }
steps: [{ name: late, stage: fixture-throws, with: { what: retry, where: start } }]
retry: { first: 1ms, longest: 5ms }
)");
  EXPECT_TRUE(
      eventually([this] { return shot().reason.find("fixture: not now") != std::string::npos; }));
  EXPECT_EQ(shot().state, State::starting);
  EXPECT_FALSE(shot().ready);
  supervisor->stop();
  ASSERT_TRUE(ends());
  EXPECT_EQ(supervisor->end(), RunEnd::well);
}

TEST_F(PipelineTest, AStopDrainsWhatIsUnderWayAndCommitsIt) {
  start(R"(
pipeline: p
source: { stage: fixture-counting-source, with: { messages: 100000, stay: true, path: source } }
steps: [{ name: seen, stage: fixture-recording, with: { path: seen } }]
)");
  ASSERT_TRUE(eventually([this] { return count("source", "committed") > 0; }));
  supervisor->stop();
  ASSERT_TRUE(ends());
  EXPECT_EQ(supervisor->end(), RunEnd::well);
  EXPECT_EQ(shot().lanes.at(0).in_flight, 0U);
  EXPECT_EQ(shot().lanes.at(0).position,
            static_cast<std::int64_t>(count("seen", "seen ") - count("seen", "seen settled")));
  EXPECT_EQ(count("source", "leaked"), 0U);
}

TEST_F(PipelineTest, PastTheDrainTimeWhatIsUnfinishedIsGivenUpUncommitted) {
  start(R"(
pipeline: p
source: { stage: fixture-counting-source, with: { stay: true, path: source } }
steps: [{ name: stuck, stage: fixture-sleeper, with: { mark: asleep } }]
drain: 10ms
)");
  ASSERT_TRUE(eventually([this] { return count("asleep", "sleeps") > 0; }));
  supervisor->stop();
  ASSERT_TRUE(ends());
  EXPECT_EQ(supervisor->end(), RunEnd::unfinished);
  EXPECT_THAT(lines("source"), IsEmpty());
}

TEST_F(PipelineTest, ARetryThatNeverEndsDoesNotHoldAStopBeyondItsTime) {
  start(R"(
pipeline: p
source: { stage: fixture-counting-source, with: { stay: true, path: source } }
steps: [{ name: again, stage: fixture-retry, with: { times: 1000000 } }]
retry: { first: 10s, longest: 30s }
drain: 10ms
)");
  ASSERT_TRUE(eventually([this] { return shot().state == State::waiting; }));
  EXPECT_THAT(shot().reason, HasSubstr("stage `again` waits: fixture: refusal"));
  const auto waiting = shot().waiting;
  ASSERT_EQ(waiting.size(), 1u);
  EXPECT_EQ(waiting[0].stage, "again");
  EXPECT_THAT(waiting[0].reason, HasSubstr("fixture: refusal"));
  EXPECT_GE(waiting[0].retries, 1u);
  EXPECT_TRUE(shot().commit_age_seconds.has_value());
  supervisor->stop();
  ASSERT_TRUE(ends());
  EXPECT_THAT(lines("source"), IsEmpty());
}

TEST_F(PipelineTest, ARevokedLaneIsDrainedCommittedAndThenLostToTheSteps) {
  start(R"(
pipeline: p
source: { stage: fixture-counting-source, with: { messages: 40, batch: 5, revoke_after: 20, path: source } }
steps: [{ name: seen, stage: fixture-recording, with: { path: seen } }]
)");
  ASSERT_TRUE(ends());
  EXPECT_EQ(count("source", "revoked 0 in-time"), 1U);
  EXPECT_EQ(count("seen", "seen lost 0 fixture/counting/0"), 1U);
  EXPECT_EQ(count("source", "committed 0 40"), 1U);
  EXPECT_EQ(count("seen", "seen ") - count("seen", "seen settled") - count("seen", "seen lost"),
            40U);  // none twice
}

TEST_F(PipelineTest, ALaneThatCannotDrainInTimeIsGivenUpAndItsLateBatchCommitsNothing) {
  start(R"(
pipeline: p
source: { stage: fixture-counting-source, with: { messages: 5, revoke_after: 5, revoke_wait: 20ms, path: source } }
steps: [{ name: again, stage: fixture-retry, with: { times: 1 } }]
retry: { first: 400ms, longest: 400ms }
)");
  ASSERT_TRUE(ends());
  EXPECT_EQ(supervisor->end(), RunEnd::well);
  EXPECT_THAT(logged(), Not(HasSubstr("error")));
}

TEST_F(PipelineTest, ManyShardsLanesRetriesAndRejectsLoseNothing) {
  start(R"(
pipeline: p
source: { stage: fixture-counting-source, with: { lanes: 8, messages: 400, batch: 13, path: source, revoke_after: 100 } }
steps:
  - { name: picky, stage: fixture-rejecting, with: { text: "7" } }
  - { name: again, stage: fixture-retry, with: { times: 1 } }
  - { name: seen, stage: fixture-recording, with: { path: seen } }
rejects: [{ name: letters, stage: fixture-recording, with: { path: letters } }]
shards: 4
batch: { messages: 50 }
retry: { first: 1ms, longest: 1ms }
)");
  ASSERT_TRUE(ends());
  EXPECT_EQ(supervisor->end(), RunEnd::well);
  std::set<std::string> values;
  for (const auto* file : {"seen", "letters"}) {
    for (const auto& line : lines(file)) {
      if (line.find(" settled ") == std::string::npos && line.find(" lost ") == std::string::npos) {
        values.insert(line.substr(line.rfind(' ') + 1));
      }
    }
  }
  EXPECT_EQ(values.size(), 8U * 400U);
  EXPECT_EQ(count("source", "leaked"), 0U);
}

}  // namespace
}  // namespace weir
