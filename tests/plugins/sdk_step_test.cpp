#include <weir/testing/bench.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <future>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using weir::testing::Bench;

constexpr const char* throws_schema = R"({"properties": {"what": {"default": "nothing"}}})";

void throw_by_name(const std::string& what) {
  if (what == "retry") throw weir::Retry("the server is away");
  if (what == "fenced") throw weir::Fenced("somebody else has the lane");
  if (what == "exception") throw std::invalid_argument("the disk has a hole");
  if (what == "integer") throw 7;
  if (what == "long") throw std::runtime_error(std::string(510, 'x') + "\xC3\xA4");
}

/// A class that is its own worker, and throws what its config says.
class Thrower {
 public:
  static constexpr weir::Info info{.id = "thrower", .summary = "Throws.", .schema = throws_schema};
  explicit Thrower(const weir::Context& context) : what_(context.config.text("/what")) {
    if (what_ == "refused") throw std::invalid_argument("no such thing to throw; choose another");
  }
  void process(const weir::Batch&, weir::Edit& edit) {
    edit.drop(0);
    throw_by_name(what_);
  }
  void interrupt() { throw 7; }
  void settled(const weir::Batch&, bool) { throw 7; }

 private:
  std::string what_;
};

TEST(SdkStep, TurnsRetryIntoItsStatusAndText) {
  Bench<Thrower> bench(R"({"what": "retry"})");
  const auto result = bench.process({"a"});
  EXPECT_EQ(result.status, WEIR_RETRY);
  EXPECT_EQ(result.error, "the server is away");
}

TEST(SdkStep, TurnsFencedIntoItsStatus) {
  Bench<Thrower> bench(R"({"what": "fenced"})");
  EXPECT_EQ(bench.process({"a"}).status, WEIR_FENCED);
}

TEST(SdkStep, TurnsAnyOtherExceptionIntoAFailureWithItsText) {
  Bench<Thrower> bench(R"({"what": "exception"})");
  const auto result = bench.process({"a"});
  EXPECT_EQ(result.status, WEIR_FAILED);
  EXPECT_EQ(result.error, "the disk has a hole");
}

TEST(SdkStep, TurnsAThrownIntegerIntoAFailure) {
  Bench<Thrower> bench(R"({"what": "integer"})");
  const auto result = bench.process({"a"});
  EXPECT_EQ(result.status, WEIR_FAILED);
  EXPECT_THAT(result.error, HasSubstr("not a std::exception"));
}

TEST(SdkStep, NeverCutsACharacterOfALongErrorInTwo) {
  Bench<Thrower> bench(R"({"what": "long"})");
  EXPECT_EQ(bench.process({"a"}).error, std::string(510, 'x'));
}

TEST(SdkStep, LetsNothingOutOfCallsThatHaveNoStatus) {
  Bench<Thrower> bench;
  ASSERT_TRUE(bench.process({"a"}).ok());
  EXPECT_NO_THROW(bench.interrupt());
  EXPECT_NO_THROW(bench.settle());
}

TEST(SdkStep, RefusesAConfigurationByThrowingFromTheConstructor) {
  try {
    Bench<Thrower> bench(R"({"what": "refused"})");
    FAIL() << "it was built";
  } catch (const std::runtime_error& e) {
    EXPECT_THAT(e.what(), HasSubstr("choose another"));
  }
}

/// A class with a nested Worker: what its workers share, and all the optional members.
class Shared {
 public:
  static constexpr weir::Info info{
      .id = "shared", .summary = "Has everything.", .rebuildable = true};
  explicit Shared(const weir::Context&) {}
  ~Shared() {
    if (alive_ != 0) ADD_FAILURE() << "a worker outlived its stage";
  }

  void start() {
    if (attempts_++ == 0) throw weir::Retry("not yet");
    story.emplace_back("start");
  }
  void stop() { story.emplace_back("stop"); }
  void lost(std::uint64_t lane, std::string_view origin) {
    story.push_back("lost " + std::to_string(lane) + " " + std::string(origin));
  }

  class Worker {
   public:
    Worker(Shared& stage, std::uint32_t shard) : stage_(stage), shard_(shard) { ++stage_.alive_; }
    ~Worker() { --stage_.alive_; }
    void process(const weir::Batch& batch, weir::Edit&) {
      stage_.story.push_back("process " + std::to_string(shard_) + " " +
                             std::to_string(batch.first()) + ".." +
                             std::to_string(batch.commit_to()));
    }
    void settled(const weir::Batch& batch, bool accepted) {
      stage_.story.push_back("settled " + std::to_string(batch.commit_to()) +
                             (accepted ? " accepted" : " failed"));
    }

   private:
    Shared& stage_;
    std::uint32_t shard_;
  };

  std::vector<std::string> story;

 private:
  int attempts_ = 0;
  int alive_ = 0;
};

TEST(SdkStep, GivesEachShardAWorkerOfTheSharedStage) {
  Bench<Shared> bench;
  EXPECT_THROW(bench.start(), weir::Retry);
  bench.start();
  auto& story = bench.object().story;
  bench.process(0, {"a", "b"});
  bench.process(3, {"c"});
  bench.settle(0, true);
  bench.settle(3, false);
  bench.lost(9, "here/orders/9");
  bench.stop();
  EXPECT_THAT(story, ElementsAre("start", "process 0 0..2", "process 3 2..3", "settled 2 accepted",
                                 "settled 3 failed", "lost 9 here/orders/9", "stop"));
}

struct Pure {
  static constexpr weir::Info info{.id = "pure", .summary = "Only edits.", .pure = true};
  explicit Pure(const weir::Context&) {}
  void process(const weir::Batch&, weir::Edit&) {}
};

TEST(SdkStep, SaysInItsTableWhatItIs) {
  constexpr const auto& type = weir::detail::stage_type<Shared>;
  EXPECT_EQ(type.size, sizeof(weir_stage_type));
  EXPECT_EQ(type.traits, WEIR_REBUILDABLE);
  EXPECT_STREQ(type.id, "shared");
  EXPECT_NE(type.process, nullptr);
  EXPECT_EQ(type.poll, nullptr);
  EXPECT_EQ(weir::detail::stage_type<Thrower>.traits, 0U);
  EXPECT_EQ(weir::detail::stage_type<Pure>.traits, WEIR_PURE);
}

/// A class without shared state is made once per shard, and counts only its own messages.
class Counting {
 public:
  static constexpr weir::Info info{.id = "counting", .summary = "Counts."};
  explicit Counting(const weir::Context&) {}
  void process(const weir::Batch& batch, weir::Edit& edit) {
    count_ += batch.size();
    if (batch.empty()) return;
    weir_message total = batch[0].raw();
    const auto text = edit.keep(std::to_string(count_));
    total.value = weir::view(text);
    edit.insert(batch.size() - 1, total);
  }

 private:
  std::size_t count_ = 0;
};

TEST(SdkStep, MakesAWorkerOfItsOwnForEachShardWhereTheClassIsTheWorker) {
  Bench<Counting> bench;
  bench.process(0, {"a", "b", "c"});
  EXPECT_EQ(bench.process(1, {"a"}).passed.back().value, "1");
  EXPECT_EQ(bench.process(0, {"a"}).passed.back().value, "4");
}

/// Every edit at once, by the first letter of the value.
class Editor {
 public:
  static constexpr weir::Info info{.id = "editor", .summary = "Edits."};
  explicit Editor(const weir::Context&) {}
  void process(const weir::Batch& batch, weir::Edit& edit) {
    for (std::size_t i = 0; i < batch.size(); ++i) {
      const auto message = batch[i];
      switch (message.value().empty() ? ' ' : message.value().front()) {
        case 'd':
          edit.drop(i);
          break;
        case 'r':
          edit.reject(i, "bad", "it starts with an r", "/name");
          break;
        case 'p':
          edit.replace_value(i, message, std::string(message.value()) + "!");
          break;
        case 'i':
          edit.insert(i, message.raw());
          break;
        case 'f':
          edit.reject(i, "flush", "it wants to be written now");
          edit.flush();
          break;
        case 'x':
          edit.drop(batch.size());
          break;
        default:
          break;
      }
    }
  }
};

TEST(SdkStep, AppliesEditsInOrder) {
  Bench<Editor> bench;
  bench.next_position = 40;
  const auto result = bench.process(
      {"keep", "drop", "reject", {"put", "key", {{"h", "1"}}}, "insert", {"", "k", {}, true}});
  ASSERT_TRUE(result.ok()) << result.error;
  ASSERT_EQ(result.passed.size(), 5U);
  EXPECT_EQ(result.passed[0].value, "keep");
  EXPECT_EQ(result.passed[1], (weir::testing::Output{"put!", "key", {{"h", "1"}}, 43, 0, false}));
  EXPECT_EQ(result.passed[2].position, 44);
  EXPECT_EQ(result.passed[3].position, 44);
  EXPECT_TRUE(result.passed[4].tombstone);
  EXPECT_THAT(result.dropped, ElementsAre(1));
  EXPECT_EQ(result.rejected.at(0),
            (weir::testing::Rejected{2, 42, "bad", "it starts with an r", "/name"}));
  EXPECT_EQ(result.inserted, 1U);
}

TEST(SdkStep, FlushesItsRejectsAndHandsARefusalOn) {
  Bench<Editor> bench;
  EXPECT_EQ(bench.process({"f"}).flushes, 1U);
  bench.on_flush = [](std::string& why) {
    why = "the disk is full";
    return weir_status{WEIR_RETRY};
  };
  const auto result = bench.process({"f"});
  EXPECT_EQ(result.status, WEIR_RETRY);
  EXPECT_EQ(result.error, "the disk is full");
}

TEST(SdkStep, FailsWhenItEditsAMessageThatIsNotThere) {
  Bench<Editor> bench;
  const auto result = bench.process({"x"});
  EXPECT_EQ(result.status, WEIR_FAILED);
  EXPECT_THAT(result.error, HasSubstr("message 1 of 1 was dropped"));
}

/// Waits inside process() until it is interrupted.
class Waiting {
 public:
  static constexpr weir::Info info{.id = "waiting", .summary = "Waits."};
  explicit Waiting(const weir::Context&) {}
  void process(const weir::Batch&, weir::Edit&) {
    std::unique_lock lock(mutex_);
    if (!called_.wait_for(lock, std::chrono::seconds(10), [this] { return interrupted_; })) return;
    throw weir::Retry("interrupted");
  }
  void interrupt() {
    const std::lock_guard lock(mutex_);
    interrupted_ = true;
    called_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable called_;
  bool interrupted_ = false;
};

TEST(SdkStep, ComesBackFromALongCallWhenInterrupted) {
  Bench<Waiting> bench;
  bench.open();
  auto result = std::async(std::launch::async, [&] { return bench.process({"a"}); });
  bench.interrupt();
  EXPECT_EQ(result.get().status, WEIR_RETRY);
}

}  // namespace
