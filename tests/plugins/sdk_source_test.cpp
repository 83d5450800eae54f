#include <weir/testing/bench.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using weir::testing::Bench;

/// Emits "n" of one lane, as many as there is room for, until `messages` are out.
class Numbers {
 public:
  static constexpr weir::Info info{.id = "numbers", .summary = "Counts up.", .schema = R"({
    "properties": {"messages": {"default": 5}, "first": {"default": 0}}})"};
  static inline std::atomic<int> payloads_alive = 0;

  explicit Numbers(const weir::Context& context)
      : host_(context.host),
        last_(context.config.integer("/messages")),
        skip_(context.config.integer("/first")) {}

  weir::Poll poll(weir::Emit& emit, std::chrono::milliseconds) {
    const auto count = std::min<std::int64_t>(
        static_cast<std::int64_t>(std::min<std::size_t>(emit.room(7), 1000)), last_ - next_);
    if (count == 0) return next_ == last_ ? weir::Poll::end : weir::Poll::more;
    auto payload = std::make_unique<Payload>();
    std::vector<weir_message> messages;
    payload->texts.reserve(static_cast<std::size_t>(count));
    for (std::int64_t i = 0; i < count; ++i) {
      payload->texts.push_back(std::to_string(next_ + i));
      messages.push_back(
          {{nullptr, 0}, weir::view(payload->texts.back()), nullptr, 0, next_ + i, 0});
    }
    const weir::Slice slice{7, "numbers/7", next_ + skip_, next_ + count, messages};
    if (!emit.messages(slice, payload)) return weir::Poll::more;
    next_ += count;
    return weir::Poll::more;
  }
  void commit(std::uint64_t lane, std::int64_t to) {
    if (to < 0) throw weir::Retry("no broker");
    committed.emplace_back(lane, to);
  }
  bool give_up() { return host_.revoke(7, std::chrono::milliseconds(100)); }

  std::vector<std::pair<std::uint64_t, std::int64_t>> committed;

 private:
  struct Payload {
    Payload() { ++payloads_alive; }
    ~Payload() { --payloads_alive; }
    std::vector<std::string> texts;
  };
  weir::Host host_;
  std::int64_t last_;
  std::int64_t skip_;
  std::int64_t next_ = 0;
};

TEST(SdkSource, EmitsWhatThereIsRoomFor) {
  Bench<Numbers> bench;
  bench.set_room(7, 3);
  EXPECT_EQ(bench.poll().messages().size(), 3U);
  EXPECT_TRUE(bench.poll().slices.empty());
  bench.set_room(7, 100);
  const auto emitted = bench.poll();
  ASSERT_EQ(emitted.slices.size(), 1U);
  EXPECT_EQ(emitted.slices[0].origin, "numbers/7");
  EXPECT_EQ(emitted.slices[0].first, 3);
  EXPECT_EQ(emitted.slices[0].commit_to, 5);
  EXPECT_EQ(emitted.slices[0].messages.at(1).value, "4");
  EXPECT_TRUE(bench.poll().ended());
}

TEST(SdkSource, KeepsItsPayloadUntilTheEngineReleasesIt) {
  Bench<Numbers> bench;
  bench.poll();
  EXPECT_EQ(Numbers::payloads_alive, 1);
  bench.release_all();
  EXPECT_EQ(Numbers::payloads_alive, 0);
}

TEST(SdkSource, KeepsItsPayloadWhenTheEngineIsStopping) {
  Bench<Numbers> bench;
  bench.set_stopping(true);
  EXPECT_TRUE(bench.poll().slices.empty());
  EXPECT_EQ(Numbers::payloads_alive, 0);
  bench.set_stopping(false);
  EXPECT_EQ(bench.poll().messages().size(), 5U);
}

TEST(SdkSource, CommitsAndRefuses) {
  Bench<Numbers> bench;
  bench.commit(7, 3);
  EXPECT_THROW(bench.commit(7, -1), weir::Retry);
  EXPECT_THAT(bench.object().committed, ElementsAre(std::pair(7U, 3)));
}

TEST(SdkSource, CommitsWhatIsDueWhenItGivesALaneUp) {
  Bench<Numbers> bench;
  bench.poll();
  EXPECT_TRUE(bench.object().give_up());
  EXPECT_THAT(bench.object().committed, ElementsAre(std::pair(7U, 5)));
  EXPECT_THAT(bench.revoked(), ElementsAre(7U));
}

TEST(SdkSource, HearsThatTimeWasUp) {
  Bench<Numbers> bench;
  bench.on_revoke([](std::uint64_t, std::chrono::milliseconds) { return weir_status{WEIR_RETRY}; });
  EXPECT_FALSE(bench.object().give_up());
}

TEST(SdkSource, FailsOnTheBenchWhenAPositionIsNotInItsSlice) {
  Bench<Numbers> bench(R"({"first": 1})");
  const auto emitted = bench.poll();
  EXPECT_EQ(emitted.status, WEIR_FAILED);
  EXPECT_THAT(emitted.error, HasSubstr("position 0 is out of order"));
}

TEST(SdkSource, IsNoStep) {
  EXPECT_EQ(weir::detail::stage_type<Numbers>.process, nullptr);
  EXPECT_NE(weir::detail::stage_type<Numbers>.poll, nullptr);
  EXPECT_THROW(Bench<Numbers>().process({"a"}), std::logic_error);
}

}  // namespace
