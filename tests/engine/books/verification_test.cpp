#include "engine/books/verification.hpp"

#include "engine/pipeline/read.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <stdexcept>
#include <string>

namespace weir {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using Kind = Finding::Kind;

/// Verifies pipelines of the fixture stages, which say whatever their configuration says.
class VerificationTest : public testing::Test {
 protected:
  PipelineSpec read(const std::string& yaml) {
    Reading reading = read_pipeline(yaml, "pipeline.yaml", registry,
                                    [](const std::string&) { return std::nullopt; });
    std::ostringstream found;
    for (const auto& diagnostic : reading.diagnostics) found << diagnostic;
    if (!reading.spec) throw std::runtime_error(found.str());
    return std::move(*reading.spec);
  }
  static std::string pipeline(const std::string& source, const std::string& step,
                              const std::string& letters) {
    return "pipeline: p\nsource: { stage: fixture-books-source, with: {" + source +
           "} }\nsteps:\n  - { stage: fixture-dropping, with: { text: x } }\n"
           "  - { name: store, stage: fixture-books-step, with: {" +
           step + "} }\n" +
           (letters == "none"
                ? ""
                : "rejects:\n  - { stage: fixture-books-letters, with: {" + letters + "} }\n");
  }
  Books verify(const std::string& source, const std::string& step,
               const std::string& letters = "") {
    BookStages stages(read(pipeline(source, step, letters)), registry, log, metrics);
    return Verification(stages, persistence, limit).run();
  }
  std::string refusal(const std::string& yaml) {
    try {
      BookStages stages(read(yaml), registry, log, metrics);
      return "it has books";
    } catch (const NoBooks& e) {
      return e.what();
    }
  }

  std::size_t limit = 20;
  Registry registry{{WEIR_FIXTURES}};
  Log log{Level::error, [](std::string_view) {}};
  Metrics metrics;
  Persistence::Clock::time_point now{};
  Persistence persistence{std::chrono::seconds(10),
                          [this](std::chrono::milliseconds pause) { now += pause; },
                          [this] { return now; }};
};

TEST_F(VerificationTest, BalancesWhereEachMessageIsStoredSupersededOrRejected) {
  const Books books =
      verify("lanes: 2, end: 12", "lanes: 2, next: 10, superseded: [1, 2], rejected: [4]",
             "positions: [4]");
  ASSERT_THAT(books.lanes, SizeIs(2));
  const Tally one{.stored = 7, .superseded = 2, .rejected = 1, .pending = 2};
  EXPECT_EQ(books.lanes[0].tally, one);
  EXPECT_EQ(books.lanes[0].origin, "fixture/books/0");
  EXPECT_EQ(books.lanes[0].next, 10);
  EXPECT_EQ(books.tally.messages(), 24U);
  EXPECT_EQ(books.letters, 1U);
  // Lane 1 has rejected position 4 too, and no letter is of that lane.
  ASSERT_THAT(books.findings, SizeIs(1));
  EXPECT_EQ(books.findings[0].origin, "fixture/books/1");
  EXPECT_EQ(books.findings[0].kind, Kind::no_letter);
}

TEST_F(VerificationTest, GapsBetweenPositionsAreNoMessages) {
  const Books books = verify("gaps: [0, 3, 4, 9]", "");
  EXPECT_TRUE(books.balanced());
  EXPECT_EQ(books.tally.stored, 6U);
}

TEST_F(VerificationTest, WithoutARejectRouteThereNeedNotBeLetters) {
  EXPECT_TRUE(verify("", "rejected: [3]", "none").balanced());
}

TEST_F(VerificationTest, ALaneThatHasNotBegunIsPending) {
  const Books books = verify("first: 2", "next: -1");
  EXPECT_TRUE(books.balanced());
  EXPECT_EQ(books.tally, (Tally{.pending = 8}));
  EXPECT_EQ(books.lanes.at(0).next, -1);
}

TEST_F(VerificationTest, NamesEachMessageThatIsNotAccountedFor) {
  const Books books = verify("", "missing: [1], different: [3], twice: [5], unknown: [7]");
  EXPECT_FALSE(books.balanced());
  EXPECT_EQ(books.unaccounted, 4U);
  ASSERT_THAT(books.findings, SizeIs(4));
  EXPECT_EQ(books.findings[0].kind, Kind::missing);
  EXPECT_EQ(books.findings[0].first, 1);
  EXPECT_THAT(books.findings[0].what, HasSubstr("no row"));
  EXPECT_EQ(books.findings[1].kind, Kind::different);
  EXPECT_THAT(books.findings[1].what, HasSubstr("at /price"));
  EXPECT_EQ(books.findings[2].kind, Kind::twice);
  EXPECT_THAT(books.findings[2].what, HasSubstr("rejected (bad) as well"));
  EXPECT_EQ(books.findings[3].kind, Kind::missing);
  EXPECT_THAT(books.findings[3].what, HasSubstr("unknown fate 77"));
  for (const Finding& finding : books.findings) EXPECT_THAT(finding.cure, Not(IsEmpty()));
  EXPECT_EQ(books.tally.missing, 2U);
  EXPECT_EQ(books.tally.different, 1U);
}

TEST_F(VerificationTest, ARejectedMessageNeedsALetterWithItsCode) {
  const Books books = verify("", "rejected: [1, 3, 5]", "positions: [3, 5], others: [3]");
  ASSERT_THAT(books.findings, SizeIs(1));
  EXPECT_EQ(books.findings[0].kind, Kind::no_letter);
  EXPECT_EQ(books.findings[0].first, 1);
  const Books other = verify("", "rejected: [3]", "others: [3]");
  ASSERT_THAT(other.findings, SizeIs(1));
  EXPECT_EQ(other.findings[0].kind, Kind::other_code);
  EXPECT_THAT(other.findings[0].what, HasSubstr("rejected as bad, and its letter says other"));
}

TEST_F(VerificationTest, ALetterCountsOnceAndOnlyWhereItsMessageWasNotStored) {
  const Books books =
      verify("end: 12", "superseded: [2], rejected: [4]", "positions: [4, 4, 4, 2, 6, 11]");
  EXPECT_TRUE(books.balanced());
  EXPECT_EQ(books.letters, 6U);
  EXPECT_EQ(books.letters_repeated, 2U);
  EXPECT_EQ(books.letters_idle, 2U);
}

TEST_F(VerificationTest, AMissingMessageWithALetterSaysSo) {
  const Books books = verify("", "missing: [4]", "positions: [4]");
  ASSERT_THAT(books.findings, SizeIs(1));
  EXPECT_THAT(books.findings[0].what, HasSubstr("it has a letter (bad)"));
}

TEST_F(VerificationTest, NeighboursThatAreMissingAreOneFinding) {
  const Books books = verify("gaps: [3]", "missing: [1, 2, 4, 7]");
  ASSERT_THAT(books.findings, SizeIs(2));
  EXPECT_EQ(books.findings[0].first, 1);
  EXPECT_EQ(books.findings[0].last, 4);
  EXPECT_EQ(books.findings[0].messages, 3U);
  EXPECT_EQ(books.findings[1].first, 7);
  EXPECT_EQ(books.findings[1].messages, 1U);
  EXPECT_EQ(books.unaccounted, 4U);
}

TEST_F(VerificationTest, KeepsAFewFindingsAndCountsAll) {
  limit = 2;
  const Books books = verify("", "different: [1, 3, 5], missing: [7, 8]");
  EXPECT_THAT(books.findings, SizeIs(2));
  EXPECT_EQ(books.finding_count, 4U);
  EXPECT_EQ(books.unaccounted, 5U);
}

TEST_F(VerificationTest, CountsThePositionsThatTheSourceHasDeleted) {
  const Books books = verify("first: 6", "");
  EXPECT_TRUE(books.balanced());
  EXPECT_EQ(books.gone, 6);
  EXPECT_EQ(books.tally.messages(), 4U);
}

TEST_F(VerificationTest, WhatWasDeletedBeforeItWasReadIsAFinding) {
  const Books books = verify("first: 6", "next: 4");
  ASSERT_THAT(books.findings, SizeIs(1));
  EXPECT_EQ(books.findings[0].kind, Kind::deleted_unread);
  EXPECT_EQ(books.findings[0].first, 4);
  EXPECT_EQ(books.findings[0].last, 5);
  EXPECT_EQ(books.tally.pending, 4U);
}

TEST_F(VerificationTest, APositionBeyondTheSourcesEndIsAFinding) {
  const Books books = verify("end: 8", "next: 10");
  ASSERT_THAT(books.findings, SizeIs(1));
  EXPECT_EQ(books.findings[0].kind, Kind::beyond_the_end);
  EXPECT_EQ(books.findings[0].first, 8);
  EXPECT_EQ(books.tally.stored, 8U);
}

TEST_F(VerificationTest, ALaneThatTheSourceHasNoMoreIsSaid) {
  const Books books = verify("lanes: 1", "lanes: 2");
  EXPECT_TRUE(books.balanced());
  ASSERT_THAT(books.lanes, SizeIs(2));
  EXPECT_TRUE(books.lanes[0].in_source);
  EXPECT_FALSE(books.lanes[1].in_source);
  EXPECT_EQ(books.gone, 10);
}

TEST_F(VerificationTest, WaitsForAServerThatIsAwayForAWhile) {
  EXPECT_TRUE(verify("away: 3", "").balanced());
  EXPECT_THROW(verify("away: 1000", ""), NoAnswer);
}

TEST_F(VerificationTest, SaysWhyTheBooksCannotBeRead) {
  const auto why = [&](const std::string& source, const std::string& step) {
    try {
      verify(source, step);
      return std::string("they were read");
    } catch (const NoAnswer& e) {
      return std::string(e.what());
    }
  };
  EXPECT_THAT(why("", "broken: true"), HasSubstr("store: fixture: the accounts are burnt"));
  EXPECT_THAT(why("", "silent: true"), HasSubstr("accounts for 2 of 3 messages"));
  EXPECT_THAT(why("stuck: true", ""), HasSubstr("does not get on from 0"));
}

TEST_F(VerificationTest, RefusesAPipelineThatShowsNoBooks) {
  EXPECT_THAT(refusal("pipeline: p\nservices: [{ stage: fixture-window, with: { from: x } }]\n"),
              HasSubstr("has no source"));
  EXPECT_THAT(refusal("pipeline: p\nsource: { stage: fixture-counting-source }\n"),
              HasSubstr("cannot read its messages again (weir.reread/1)"));
  EXPECT_THAT(refusal("pipeline: p\nsource: { stage: fixture-books-source }\nsteps: [{ stage: "
                      "fixture-keeper }]\n"),
              HasSubstr("weir.audit/1"));
  EXPECT_THAT(refusal("pipeline: p\nsource: { stage: fixture-books-source }\nsteps: [{ stage: "
                      "fixture-books-step }]\nrejects: [{ stage: fixture-recording, with: { path: "
                      "x } }]\n"),
              HasSubstr("lists its letters (weir.letters/1)"));
}

}  // namespace
}  // namespace weir
