#include "engine/runtime/stage_taps.hpp"

#include "chain_fixture.hpp"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace weir {
namespace {

/// A time that stands still until the test moves it.
class StillScheduler : public SystemScheduler {
 public:
  Time now() const override { return time; }
  Time time{std::chrono::hours(1)};
};

class StageTapsTest : public ChainFixture {
 protected:
  using Strings = std::vector<std::string>;

  static weir_message message(std::string_view key, std::string_view value) {
    weir_message made{};
    made.key = {key.data(), key.size()};
    made.value = {value.data(), value.size()};
    return made;
  }
  static Passage passage(const std::vector<weir_message>& messages) {
    return {.origin = "o", .given = messages};
  }
  static Strings fates(const std::vector<TappedMessage>& messages) {
    Strings all;
    for (const auto& one : messages) all.push_back(*one.key + " " + to_string(one.fate));
    return all;
  }

  StillScheduler still;
};

TEST_F(StageTapsTest, ShowsEachMessageWithTheEditOrTheRejectBesideIt) {
  BareStep step([](const weir_batch& batch, weir_edit& edit) {
    weir_message other = batch.messages[2], more = batch.messages[3];
    other.value = {"new", 3};
    more.key = {"more", 4};
    edit.reject(&edit, 0, {"schema", 6}, {"is no number", 12}, {"/a", 2});
    edit.drop(&edit, 1);
    edit.replace(&edit, 2, &other);
    edit.insert(&edit, 3, &more);
    return weir_status{WEIR_OK};
  });
  BareStep letters(pass);
  StageTaps taps("check", scheduler), of_letters("letters", scheduler);
  std::vector<Chain::Link> steps = links({&step}), rejects = links({&letters});
  steps[0].taps = &taps;
  rejects[0].taps = &of_letters;
  Chain chain(std::move(steps), std::move(rejects), patience, scheduler);
  const auto tap = taps.open(""), rejected = of_letters.open("");
  const Strings names{"a", "b", "c", "d"};
  Batch given = batch(10, names);
  const weir_header header{{"sender", 6}, {"me", 2}};
  for (auto& one : given.messages) {
    one.value = {"old", 3};
    one.headers = &header;
    one.header_count = 1;
    one.time_us = 5;
  }
  std::move(given.ack).settle(chain.run(given).outcome);

  const auto seen = tap->take();
  EXPECT_EQ(fates(seen.messages),
            (Strings{"a rejected", "b dropped", "c replaced", "d passed", "more inserted"}));
  EXPECT_EQ(seen.skipped, 0U);
  const TappedMessage& first = seen.messages[0];
  EXPECT_EQ(first.origin, "cluster/orders/0");
  EXPECT_EQ(first.position, 10);
  EXPECT_EQ(first.time, Scheduler::Wall(std::chrono::microseconds(5)));
  EXPECT_EQ(first.code, "schema");
  EXPECT_EQ(first.reason, "is no number");
  EXPECT_EQ(first.pointer, "/a");
  EXPECT_EQ(first.headers.at(0), (std::pair<std::string, std::string>("sender", "me")));
  EXPECT_EQ(seen.messages[2].value, "old");
  EXPECT_EQ(seen.messages[2].edited, "new");
  EXPECT_EQ(seen.messages[3].edited, std::nullopt);
  EXPECT_EQ(seen.messages[3].code, std::nullopt);
  EXPECT_EQ(fates(rejected->take().messages), Strings{"a passed"});
}

TEST_F(StageTapsTest, ShowsWhatContainsTheText) {
  Tap tap("needle", still);
  tap.see(passage({message("needle1", "x"), message("k", "a needle in it"), message("k", "need le"),
                   message("", "")}));
  const auto seen = tap.take();
  EXPECT_EQ(seen.messages.size(), 2U);
  EXPECT_EQ(seen.skipped, 0U);  // what does not fit is not missed
}

TEST_F(StageTapsTest, AReasonCountsForTheFilterToo) {
  EditLog edits([](weir_error*) { return weir_status{WEIR_OK}; });
  const std::vector<weir_message> given{message("a", "b"), message("c", "d")};
  edits.begin(given);
  edits.raw().reject(&edits.raw(), 1, {"code", 4}, {"too odd", 7}, {nullptr, 0});
  edits.passed();
  Tap tap("odd", still);
  tap.see({.origin = "o", .given = given, .edits = &edits});
  EXPECT_EQ(fates(tap.take().messages), Strings{"c rejected"});
}

TEST_F(StageTapsTest, CutsLongValuesAndSaysHowLongTheyWere) {
  const std::string value = std::string(Tap::longest_value - 1, 'x') + "éé";
  Tap tap("", still);
  tap.see(passage({message("k", value)}));
  const auto seen = tap.take();
  EXPECT_EQ(seen.messages[0].value, std::string(Tap::longest_value - 1, 'x'));  // no half a letter
  EXPECT_EQ(seen.messages[0].value_bytes, value.size());
  EXPECT_TRUE(seen.messages[0].truncated);
}

TEST_F(StageTapsTest, ShowsAtMostSoManyASecondAndCountsTheRest) {
  Tap tap("", still);
  const std::vector<weir_message> many(150, message("k", "v"));
  tap.see(passage(many));
  tap.see(passage(many));
  auto seen = tap.take();
  EXPECT_EQ(seen.messages.size(), 200U);
  EXPECT_EQ(seen.skipped, 100U);
  tap.see(passage(many));
  seen = tap.take();
  EXPECT_TRUE(seen.messages.empty());
  EXPECT_EQ(seen.skipped, 150U);
  still.time += std::chrono::seconds(1);
  tap.see(passage(many));
  EXPECT_EQ(tap.take().messages.size(), 150U);
}

TEST_F(StageTapsTest, WhoDoesNotTakeCostsNoMemory) {
  Tap tap("", still);
  const std::string large(Tap::longest_value, 'x');
  const std::vector<weir_message> many(100, message("k", large));
  for (int second = 0; second < 100; ++second, still.time += std::chrono::seconds(1))
    tap.see(passage(many));
  const auto seen = tap.take();
  EXPECT_LE(seen.messages.size(), 65U);  // 4 MiB, and the one that went beyond
  EXPECT_EQ(seen.messages.size() + seen.skipped, 10'000U);
}

TEST_F(StageTapsTest, AreWatchedOnlyWhileSomebodyLooks) {
  StageTaps taps("check", scheduler);
  EXPECT_FALSE(taps.watched());
  const auto one = taps.open(""), two = taps.open("");
  taps.close(one);
  EXPECT_TRUE(taps.watched());
  {
    const Watching watching(taps, two);
    EXPECT_FALSE(two->take().over);
  }
  EXPECT_FALSE(taps.watched());
}

TEST_F(StageTapsTest, NoMoreThanAFewMayWatchAndNobodyAtTheEnd) {
  StageTaps taps("check", scheduler);
  std::vector<std::shared_ptr<Tap>> open;
  for (int i = 0; i < 8; ++i) ASSERT_TRUE(open.emplace_back(taps.open("")));
  EXPECT_EQ(taps.open(""), nullptr);
  taps.close(open.back());
  EXPECT_NE(taps.open(""), nullptr);
  taps.end();
  EXPECT_TRUE(open.front()->take().over);
  taps.close(open.front());
  EXPECT_EQ(taps.open(""), nullptr);
}

TEST_F(StageTapsTest, ComeAndGoWhileShardsShow) {
  StageTaps taps("check", scheduler);
  std::atomic<bool> over = false;
  const auto shard = [&] {
    const std::vector<weir_message> many(20, message("key", "value"));
    while (!over)
      if (taps.watched()) taps.show(passage(many));
  };
  const auto watcher = [&] {
    for (int i = 0; i < 200; ++i) {
      const bool none = i % 2 == 0;
      Watching watching(taps, taps.open(none ? "none" : "key"));
      for (bool seen = none; !seen; std::this_thread::yield()) {
        const auto now = watching.take();
        seen = now.messages.size() + now.skipped > 0;
      }
    }
  };
  std::thread a(shard), b(shard), c(watcher), d(watcher);
  c.join();
  d.join();
  over = true;
  a.join();
  b.join();
  EXPECT_FALSE(taps.watched());
}

}  // namespace
}  // namespace weir
