#include <weir/testing/books.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

using ::testing::ElementsAre;
using weir::testing::Bench;

/// Has ten messages in one lane, and shows them three at a time.
class Again {
 public:
  static constexpr weir::Info info{.id = "again", .summary = "Reads again."};
  explicit Again(const weir::Context&) {}
  weir::Poll poll(weir::Emit&, std::chrono::milliseconds) { return weir::Poll::end; }
  void commit(std::uint64_t, std::int64_t) {}

  void lanes(weir::VisitExtent visit) {
    if (visit({.origin = "here/0", .first = 2, .end = 12})) visit({.origin = "here/1"});
  }
  std::int64_t reread(std::string_view origin, std::int64_t from, std::int64_t to,
                      weir::VisitMessages visit) {
    if (origin != "here/0") throw weir::Retry("nothing came");
    while (from < to) {
      std::vector<weir_message> some;
      for (; from < to && some.size() < 3; ++from) {
        some.push_back({.key = {nullptr, 0},
                        .value = weir::view("v"),
                        .headers = nullptr,
                        .header_count = 0,
                        .position = from,
                        .time_us = 0});
      }
      if (!visit(some)) return from;
    }
    return to;
  }
};

TEST(SdkBooks, ASourceShowsItsLanesAndReadsThemAgain) {
  Bench<Again> bench;
  const auto lanes = weir::testing::lanes(bench);
  EXPECT_THAT(lanes, ElementsAre(weir::testing::SeenExtent{"here/0", 2, 12},
                                 weir::testing::SeenExtent{"here/1", 0, 0}));
  const auto seen = weir::testing::reread(bench, "here/0", 2, 7);
  EXPECT_THAT(seen.positions, ElementsAre(2, 3, 4, 5, 6));
  EXPECT_EQ(seen.reached, 7);
}

TEST(SdkBooks, ReadingAgainStopsWhenNoMoreIsWanted) {
  Bench<Again> bench;
  const auto seen = weir::testing::reread(bench, "here/0", 2, 12, 1);
  EXPECT_THAT(seen.positions, ElementsAre(2, 3, 4));
  EXPECT_EQ(seen.reached, 5);
}

TEST(SdkBooks, ARetryOfReadingAgainLeavesThePlaceWhereItWas) {
  Bench<Again> bench;
  std::int64_t reached = -1;
  weir_error error{};
  const auto nobody = [](void*, const weir_message*, std::size_t) { return true; };
  EXPECT_EQ(
      bench.offered<weir_reread_1>(WEIR_REREAD_1)
          ->read(bench.stage(), weir::view("elsewhere"), 4, 9, nobody, nullptr, &reached, &error),
      WEIR_RETRY);
  EXPECT_EQ(reached, 4);
  EXPECT_STREQ(error.text, "nothing came");
}

/// A step whose messages come to what their values say, and that keeps three letters. It replays
/// what is good, and has replayed position 7.
class Shown {
 public:
  static constexpr weir::Info info{.id = "shown", .summary = "Shows its books."};
  explicit Shown(const weir::Context&) {}

  void audit(std::string_view origin, std::span<const weir_message> messages,
             weir::VisitAccount visit) {
    if (origin != "here/0") throw std::runtime_error("no such origin");
    for (std::size_t i = 0; i < messages.size(); ++i) {
      const auto value = weir::text(messages[i].value);
      if (value == "good") visit(i, {.fate = weir::Fate::stored});
      if (value == "bad") visit(i, {.fate = weir::Fate::rejected, .code = "type"});
      if (value == "gone") visit(i, {.fate = weir::Fate::missing, .why = "no row"});
    }
  }
  std::uint64_t letters(weir::Order order, std::uint64_t place, weir::VisitLetter visit) {
    const bool oldest = order == weir::Order::oldest_first;
    for (std::uint64_t at = place != 0 ? (oldest ? place + 1 : place - 1) : (oldest ? 1 : 3);
         at >= 1 && at <= 3; oldest ? ++at : --at) {
      weir_letter letter{};
      letter.size = sizeof letter;
      letter.place = at;
      letter.code = weir::view("type");
      letter.message.position = static_cast<std::int64_t>(at) * 10;
      if (!visit(letter)) return at;
    }
    return 0;
  }

  weir::Replayed replay(const weir::Batch& batch, bool trial) {
    const auto value = batch[0].value();
    if (value == "away") throw weir::Retry("the database is away");
    if (value == "bad") {
      return {.outcome = weir::ReplayOutcome::rejected,
              .code = "type",
              .reason = "is no number",
              .pointer = ""};
    }
    if (value == "again")
      return {.outcome = weir::ReplayOutcome::done, .reason = "replayed before"};
    return {.outcome = trial ? weir::ReplayOutcome::superseded : weir::ReplayOutcome::stored};
  }
  void replayed(std::string_view origin, std::span<const std::int64_t> positions,
                std::span<std::int64_t> times_us) {
    for (std::size_t i = 0; i < positions.size(); ++i)
      times_us[i] = origin == "here/0" && positions[i] == 7 ? 1'700'000'000'000'000 : -1;
  }

  class Worker {
   public:
    explicit Worker(Shown&) {}
    void process(const weir::Batch&, weir::Edit&) {}
  };
};

weir_message message(std::string_view value) {
  weir_message raw{};
  raw.value = weir::view(value);
  return raw;
}

TEST(SdkBooks, AStepSaysWhatBecameOfEachMessage) {
  Bench<Shown> bench;
  const auto accounts =
      weir::testing::audit(bench, "here/0", {message("good"), message("bad"), message("gone")});
  ASSERT_EQ(accounts.size(), 3U);
  EXPECT_EQ(accounts[0].fate, weir::Fate::stored);
  EXPECT_FALSE(accounts[0].code);
  EXPECT_EQ(accounts[1].fate, weir::Fate::rejected);
  EXPECT_EQ(accounts[1].code, "type");
  EXPECT_EQ(accounts[2].fate, weir::Fate::missing);
  EXPECT_EQ(accounts[2].why, "no row");
  EXPECT_THROW(weir::testing::audit(bench, "there/0", {message("good")}), std::runtime_error);
}

std::vector<std::int64_t> positions(const std::vector<weir::testing::SeenLetter>& letters) {
  std::vector<std::int64_t> all;
  for (const auto& letter : letters) all.push_back(letter.position);
  return all;
}

TEST(SdkBooks, LettersAreShownInEitherOrderAndPageByPage) {
  Bench<Shown> bench;
  std::uint64_t place = 0;
  EXPECT_THAT(positions(weir::testing::letters(bench, weir::Order::newest_first, place)),
              ElementsAre(30, 20, 10));
  EXPECT_EQ(place, 0U);
  EXPECT_THAT(positions(weir::testing::letters(bench, weir::Order::oldest_first, place, 2)),
              ElementsAre(10, 20));
  EXPECT_EQ(place, 2U);
  EXPECT_THAT(positions(weir::testing::letters(bench, weir::Order::oldest_first, place, 2)),
              ElementsAre(30));
  EXPECT_EQ(place, 0U);
}

weir::Replayed replay(const weir::testing::StageBench& bench, std::string_view value,
                      bool trial = false) {
  const weir_message one = message(value);
  weir_batch batch{};
  batch.size = sizeof batch;
  batch.messages = &one;
  batch.count = 1;
  return weir::testing::replay(bench, batch, trial);
}

TEST(SdkBooks, AReplayComesToAnOutcome) {
  Bench<Shown> bench;
  EXPECT_EQ(replay(bench, "good"), weir::Replayed{});
  EXPECT_EQ(replay(bench, "good", true).outcome, weir::ReplayOutcome::superseded);
  EXPECT_EQ(replay(bench, "again"),
            (weir::Replayed{.outcome = weir::ReplayOutcome::done, .reason = "replayed before"}));
  const weir::Replayed refused = replay(bench, "bad");
  EXPECT_EQ(refused.outcome, weir::ReplayOutcome::rejected);
  EXPECT_EQ(refused.code, "type");
  EXPECT_EQ(refused.reason, "is no number");
  EXPECT_EQ(refused.pointer, "") << "the message as a whole, which is not: nowhere";
  EXPECT_EQ(replay(bench, "good").pointer, std::nullopt);
  EXPECT_THROW(replay(bench, "away"), weir::Retry);
}

TEST(SdkBooks, AStepTellsWhenMessagesWereReplayed) {
  Bench<Shown> bench;
  EXPECT_THAT(weir::testing::replayed(bench, "here/0", {6, 7}),
              ElementsAre(-1, 1'700'000'000'000'000));
  EXPECT_THAT(weir::testing::replayed(bench, "here/1", {7}), ElementsAre(-1));
}

TEST(SdkBooks, AStageWithoutThemOffersNone) {
  Bench<Again> source;
  EXPECT_THROW(source.offered<weir_replay_1>(WEIR_REPLAY_1), std::logic_error);
  EXPECT_THROW(source.offered<weir_audit_1>(WEIR_AUDIT_1), std::logic_error);
  EXPECT_THROW(source.offered<weir_letters_1>(WEIR_LETTERS_1), std::logic_error);
  Bench<Shown> step;
  EXPECT_THROW(step.offered<weir_reread_1>(WEIR_REREAD_1), std::logic_error);
}

}  // namespace
