#include "generate_source.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <weir/testing/bench.hpp>

namespace weir::generate_source {
namespace {

using namespace std::chrono_literals;
using weir::testing::Bench;
using weir::testing::Emitted;
using weir::testing::Output;

/// A folder with a template `t.json`, removed at the end.
class GenerateSourceTest : public ::testing::Test {
 protected:
  GenerateSourceTest()
      : folder_(::testing::TempDir() + "generate-source-" + std::to_string(getpid())) {
    std::filesystem::create_directories(folder_);
    write("t.json", R"({"id":"{{hex 8}}","n":"{{seq}}","s":"{{name}}"})");
  }
  ~GenerateSourceTest() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }

  /// Everything until the source ends.
  std::vector<Output> all(const std::string& config) const {
    Bench<GenerateSource> bench(config, folder_);
    bench.start();
    std::vector<Output> messages;
    for (;;) {
      const Emitted emitted = bench.poll(100ms);
      EXPECT_NE(emitted.status, WEIR_FAILED) << emitted.error;
      if (!emitted.ok()) return messages;
      const auto some = emitted.messages();
      messages.insert(messages.end(), some.begin(), some.end());
    }
  }

  std::filesystem::path folder_;
};

std::string broken_kind(const Output& message) {
  for (const auto& [name, value] : message.headers) {
    if (name == "weir-broken") return value;
  }
  return {};
}

TEST_F(GenerateSourceTest, EndsAfterItsCountWithConsecutivePositions) {
  const auto messages = all(R"({"template":"t.json","count":1234,"key":"/id"})");
  ASSERT_EQ(messages.size(), 1234U);
  std::set<std::string> keys;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    EXPECT_EQ(messages[i].position, static_cast<std::int64_t>(i));
    EXPECT_GT(messages[i].time_us, 0);
    keys.insert(messages[i].key.value());
  }
  EXPECT_EQ(keys.size(), 1234U);
}

TEST_F(GenerateSourceTest, MakesTheSameMessagesForTheSameSeed) {
  const std::string config =
      R"({"template":"t.json","count":500,"lanes":3,"seed":99,"broken":0.3,"time":"2026-01-01T00:00:00Z"})";
  const auto once = all(config);
  EXPECT_EQ(once, all(config));
  EXPECT_NE(
      once,
      all(R"({"template":"t.json","count":500,"lanes":3,"seed":98,"broken":0.3,"time":"2026-01-01T00:00:00Z"})"));
}

TEST_F(GenerateSourceTest, MakesTheSameMessagesInALaneWhateverRoomThereIs) {
  const auto lane_of = [&](std::size_t room) {
    Bench<GenerateSource> bench(R"({"template":"t.json","count":100,"lanes":2,"seed":5})", folder_);
    std::vector<std::string> values;
    for (Emitted emitted = bench.poll(); !emitted.ended(); emitted = bench.poll()) {
      EXPECT_TRUE(emitted.ok()) << emitted.error;
      for (const auto& slice : emitted.slices) {
        EXPECT_EQ(slice.origin, "generate/5/" + std::to_string(slice.lane));
        if (slice.lane != 1) continue;
        for (const auto& message : slice.messages) values.push_back(message.value);
      }
      bench.set_room(0, 50);
      bench.set_room(1, room);
    }
    return values;
  };
  const auto narrow = lane_of(1);
  EXPECT_EQ(narrow.size(), 50U);
  EXPECT_EQ(narrow, lane_of(50));
}

TEST_F(GenerateSourceTest, LogsTheSeedThatItMadeUp) {
  Bench<GenerateSource> bench(R"({"template":"t.json"})", folder_);
  bench.start();
  EXPECT_THAT(bench.log(),
              ::testing::Contains(::testing::ContainsRegex("seed [1-9][0-9]*; give it")));
}

TEST_F(GenerateSourceTest, BreaksTheShareThatWasAskedForAndMarksIt) {
  const auto messages = all(R"({"template":"t.json","count":10000,"seed":3,"broken":0.1})");
  std::map<std::string, int> kinds;
  for (const auto& message : messages) {
    const std::string kind = broken_kind(message);
    if (!kind.empty()) ++kinds[kind];
  }
  int broken = 0;
  for (const auto& [kind, count] : kinds) broken += count;
  EXPECT_EQ(kinds.size(), 7U);
  EXPECT_GT(broken, 900);
  EXPECT_LT(broken, 1100);
}

TEST_F(GenerateSourceTest, BreaksEverythingInTheKindsThatWereAskedFor) {
  const auto messages =
      all(R"({"template":"t.json","count":50,"broken":1,"broken_kinds":["nul"],"key":"/id"})");
  for (const auto& message : messages) {
    EXPECT_EQ(broken_kind(message), "nul");
    EXPECT_EQ(message.key.value().size(), 8U) << "the key stays as it was";
  }
}

TEST_F(GenerateSourceTest, CountsBrokenOnes) {
  Bench<GenerateSource> bench(R"({"template":"t.json","count":20,"broken":1})", folder_);
  bench.poll();
  EXPECT_EQ(bench.metric("weir_generated_total"), 20);
  EXPECT_EQ(bench.metric("weir_generated_broken_total"), 20);
}

TEST_F(GenerateSourceTest, SendsSamplesFirstAsTheyAre) {
  write("one.json", "{ \"id\": \"first\" }\n");
  write("two.txt", "not json");
  const auto messages =
      all(R"({"template":"t.json","samples":["one.json","two.txt"],"key":"/id","count":3})");
  ASSERT_EQ(messages.size(), 5U);
  EXPECT_EQ(messages[0].value, "{ \"id\": \"first\" }\n");
  EXPECT_EQ(messages[0].key, "first");
  EXPECT_EQ(messages[1].value, "not json");
  EXPECT_EQ(messages[1].key, std::nullopt);
}

TEST_F(GenerateSourceTest, DrawsFromAllItsTemplates) {
  write("a.json", R"({"kind":"a"})");
  write("b.json", R"({"kind":"b"})");
  std::map<std::string, int> seen;
  for (const auto& message : all(R"({"templates":["a.json","b.json"],"count":100,"seed":1})"))
    ++seen[message.value];
  EXPECT_EQ(seen.size(), 2U);
}

TEST_F(GenerateSourceTest, NumbersMessagesOverAllLanes) {
  write("t.json", R"("{{seq}}")");
  std::set<int> numbers;
  for (const auto& message : all(R"({"template":"t.json","count":10,"lanes":4})"))
    numbers.insert(std::stoi(message.value));
  EXPECT_EQ(numbers, (std::set<int>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}));
}

TEST_F(GenerateSourceTest, LeavesALaneWithoutRoomAloneAndGoesOnWithTheOthers) {
  Bench<GenerateSource> bench(R"({"template":"t.json","count":100,"lanes":2})", folder_);
  bench.set_room(0, 0);
  std::size_t others = 0;
  for (int i = 0; i < 10; ++i) others += bench.poll().messages().size();
  EXPECT_EQ(others, 50U);
  bench.set_room(0, 1000);
  EXPECT_EQ(bench.poll().messages().size(), 50U);
  EXPECT_TRUE(bench.poll().ended());
}

TEST_F(GenerateSourceTest, KeepsTheRate) {
  Bench<GenerateSource> bench(R"({"template":"t.json","rate":1000,"count":300})", folder_);
  const auto start = std::chrono::steady_clock::now();
  while (!bench.poll(1s).ended()) {
  }
  EXPECT_GE(std::chrono::steady_clock::now() - start, 290ms);
}

TEST_F(GenerateSourceTest, LosesNothingThatTheEngineDidNotTake) {
  Bench<GenerateSource> bench(R"({"template":"t.json","count":10,"seed":4})", folder_);
  bench.set_stopping(true);
  EXPECT_TRUE(bench.poll().messages().empty());
  bench.set_stopping(false);
  const auto messages = bench.poll().messages();
  ASSERT_EQ(messages.size(), 10U);
  EXPECT_EQ(messages[0].position, 0);
}

TEST_F(GenerateSourceTest, RefusesAConfigurationThatContradictsItself) {
  EXPECT_THROW(Bench<GenerateSource>("{}", folder_), std::runtime_error);
  EXPECT_THROW(Bench<GenerateSource>(R"({"template":"t.json","templates":["t.json"]})", folder_),
               std::runtime_error);
  EXPECT_THROW(Bench<GenerateSource>(R"({"template":"missing.json"})", folder_),
               std::runtime_error);
  EXPECT_THROW(
      Bench<GenerateSource>(R"({"template":"t.json","samples":["missing.json"]})", folder_),
      std::runtime_error);
  EXPECT_THROW(
      Bench<GenerateSource>(R"({"template":"t.json","time":"2026-13-01T00:00:00Z"})", folder_),
      std::runtime_error);
}

}  // namespace
}  // namespace weir::generate_source
