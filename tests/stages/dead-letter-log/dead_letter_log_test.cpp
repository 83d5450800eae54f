#include "dead_letter_log.hpp"

#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <thread>
#include <vector>
#include <weir/testing/bench.hpp>
#include <weir/testing/json.hpp>

namespace weir::dead_letter_log {
namespace {

namespace fs = std::filesystem;
using weir::testing::Bench;
using weir::testing::Input;
using weir::testing::Json;
using weir::testing::read_json;

class DeadLetterLogStage : public ::testing::Test {
 protected:
  DeadLetterLogStage() { fs::create_directories(folder); }
  ~DeadLetterLogStage() override { fs::remove_all(folder); }

  std::string config(const std::string& more = "") const {
    return R"({"path":"letters.jsonl")" + more + "}";
  }
  static std::string content(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }
  static std::vector<Json> lines(const fs::path& path) {
    std::vector<Json> all;
    std::istringstream in(content(path));
    for (std::string line; std::getline(in, line);) all.push_back(read_json(line));
    return all;
  }
  std::size_t files() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
  }

  const fs::path folder = fs::path(::testing::TempDir()) /
                          ("letters-" + std::to_string(::getpid()) + '-' +
                           ::testing::UnitTest::GetInstance()->current_test_info()->name());
  const fs::path path = folder / "letters.jsonl";
};

TEST_F(DeadLetterLogStage, WritesEachMessageAndPassesItOn) {
  Bench<DeadLetterLog> bench(config(), folder);
  bench.origin = "c/orders/3";
  bench.next_position = 40;
  const auto result = bench.process(
      {Input("bad", "k", {{"weir-stage", "check"}, {"weir-code", "not-json"}}), "worse"});
  ASSERT_TRUE(result.ok()) << result.error;
  EXPECT_EQ(result.passed.size(), 2U);
  const auto written = lines(path);
  ASSERT_EQ(written.size(), 2U);
  EXPECT_EQ(written[0].member("origin")->text, "c/orders/3");
  EXPECT_EQ(written[0].member("position")->text, "40");
  EXPECT_EQ(written[0].member("code")->text, "not-json");
  EXPECT_EQ(written[0].member("value")->text, "bad");
  EXPECT_EQ(written[1].member("position")->text, "41");
  EXPECT_EQ(bench.metric("weir_dead_letters_total"), 2);
  EXPECT_EQ(bench.metric("weir_dead_letter_file_bytes"), static_cast<double>(fs::file_size(path)));
}

TEST_F(DeadLetterLogStage, MakesFoldersAndAFileThatOthersCannotRead) {
  Bench<DeadLetterLog> bench(R"({"path":"var/log/letters.jsonl"})", folder);
  const mode_t before = ::umask(0);
  bench.start();
  ::umask(before);
  struct stat status {};
  ASSERT_EQ(::stat((folder / "var/log/letters.jsonl").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0640U);
  ASSERT_EQ(::stat((folder / "var/log").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0750U);
}

TEST_F(DeadLetterLogStage, GoesOnWithTheFileAfterARestart) {
  for (const char* value : {"one", "two"}) {
    Bench<DeadLetterLog> bench(config(), folder);
    ASSERT_TRUE(bench.process({value}).ok());
  }
  ASSERT_EQ(lines(path).size(), 2U);
  EXPECT_EQ(lines(path)[1].member("value")->text, "two");
}

TEST_F(DeadLetterLogStage, WritesNothingForAnEmptyBatch) {
  Bench<DeadLetterLog> bench(config(), folder);
  ASSERT_TRUE(bench.process({}).ok());
  EXPECT_EQ(content(path), "");
}

TEST_F(DeadLetterLogStage, CutsATornLastLineAtTheStart) {
  std::ofstream(path, std::ios::binary) << "{\"whole\":1}\n{\"torn\":" << std::string(10'000, 'x');
  Bench<DeadLetterLog> bench(config(), folder);
  bench.start();
  EXPECT_EQ(content(path), "{\"whole\":1}\n");
  ASSERT_EQ(bench.log().size(), 1U);
  EXPECT_NE(bench.log()[0].find("10008 bytes"), std::string::npos) << bench.log()[0];
  ASSERT_TRUE(bench.process({"next"}).ok());
  EXPECT_EQ(lines(path).size(), 2U);
}

TEST_F(DeadLetterLogStage, CutsAFileThatIsNothingButATornLine) {
  std::ofstream(path, std::ios::binary) << std::string(5'000, '\0');
  Bench<DeadLetterLog> bench(config(), folder);
  bench.start();
  EXPECT_EQ(content(path), "");
}

TEST_F(DeadLetterLogStage, BeginsANewFileWhenTheOldOneIsFull) {
  Bench<DeadLetterLog> bench(config(R"(,"rotate":"1KiB")"), folder);
  for (int i = 0; i < 12; ++i)
    ASSERT_TRUE(bench.process({std::string(300, 'x') + std::to_string(i)}).ok());
  std::vector<Json> all;
  for (const char* name : {"letters.jsonl.000001", "letters.jsonl.000002"}) {
    ASSERT_TRUE(fs::exists(folder / name)) << name;
    EXPECT_LE(fs::file_size(folder / name), 1024U);
  }
  std::vector<fs::path> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.push_back(entry.path());
  std::sort(names.begin(), names.end());
  std::rotate(names.begin(), names.begin() + 1,
              names.end());  // the current one, without a number, is the last
  for (const auto& name : names) {
    for (const Json& line : lines(name)) all.push_back(line);
  }
  ASSERT_EQ(all.size(), 12U) << "no letter is lost or doubled";
  for (int i = 0; i < 12; ++i) {
    EXPECT_EQ(all[static_cast<std::size_t>(i)].member("position")->text, std::to_string(i));
  }
}

TEST_F(DeadLetterLogStage, KeepsAsManyOldFilesAsItIsTold) {
  Bench<DeadLetterLog> bench(config(R"(,"rotate":"1","keep":2)"), folder);
  for (int i = 0; i < 9; ++i) ASSERT_TRUE(bench.process({"x"}).ok());
  EXPECT_EQ(files(), 3U);
  EXPECT_TRUE(fs::exists(folder / "letters.jsonl.000008"));
  EXPECT_TRUE(fs::exists(folder / "letters.jsonl.000007"));
}

TEST_F(DeadLetterLogStage, NumbersOnAfterARestart) {
  std::ofstream(folder / "letters.jsonl.000041") << "{}\n";
  std::ofstream(folder / "letters.jsonl.txt") << "not ours\n";
  for (int i = 0; i < 2; ++i) {
    Bench<DeadLetterLog> bench(config(R"(,"rotate":"1")"), folder);
    ASSERT_TRUE(bench.process({"x"}).ok());
  }
  EXPECT_TRUE(fs::exists(folder / "letters.jsonl.000042"));
}

TEST_F(DeadLetterLogStage, WritesALetterThatIsLargerThanAFile) {
  Bench<DeadLetterLog> bench(config(R"(,"rotate":"100")"), folder);
  ASSERT_TRUE(bench.process({std::string(5'000, 'x')}).ok());
  EXPECT_EQ(files(), 1U);
}

/// A file may not grow beyond this while it lives; what a full disk looks like to a writer.
class SizeLimit {
 public:
  explicit SizeLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~SizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  void (*handler_)(int);
  rlimit before_{};
};

TEST_F(DeadLetterLogStage, WaitsWhileTheDiskIsFullAndLeavesNoHalfLine) {
  Bench<DeadLetterLog> bench(config(), folder);
  ASSERT_TRUE(bench.process({"first"}).ok());
  const std::string before = content(path);
  const std::vector<Input> batch{std::string(600, 'a'), std::string(600, 'b')};
  {
    const SizeLimit limit(before.size() + 900);  // the first line fits, the second does not
    const auto result = bench.process(batch);
    EXPECT_EQ(result.status, WEIR_RETRY);
    EXPECT_NE(result.error.find("cannot write to"), std::string::npos) << result.error;
    EXPECT_EQ(content(path), before);
  }
  ASSERT_TRUE(bench.process(batch).ok());
  EXPECT_EQ(lines(path).size(), 3U);
  EXPECT_EQ(bench.metric("weir_dead_letters_total"), 3);
}

TEST_F(DeadLetterLogStage, WaitsForAFileThatSomebodyElseHas) {
  Bench<DeadLetterLog> first(config(), folder);
  first.start();
  Bench<DeadLetterLog> second(config(), folder);
  try {
    second.start();
    FAIL() << "two stages share a file";
  } catch (const Retry& error) {
    EXPECT_NE(std::string(error.what()).find("letters.jsonl is in use by another dead-letter-log"),
              std::string::npos);
  }
  first.stop();
  second.start();
}

TEST_F(DeadLetterLogStage, MayBeStartedAgainAfterAStartThatFailedHalfWay) {
  Bench<DeadLetterLog> bench(config(), folder);
  bench.start();
  bench.start();
  EXPECT_TRUE(bench.process({"x"}).ok());
}

TEST_F(DeadLetterLogStage, LocksTheNewFileToo) {
  Bench<DeadLetterLog> first(config(R"(,"rotate":"1")"), folder);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(first.process({"x"}).ok());
  Bench<DeadLetterLog> second(config(), folder);
  EXPECT_THROW(second.start(), Retry);
}

TEST_F(DeadLetterLogStage, BeginsANewFileWhenSomebodyMovedItAway) {
  Bench<DeadLetterLog> bench(config(), folder);
  ASSERT_TRUE(bench.process({"one"}).ok());
  fs::rename(path, folder / "taken");
  ASSERT_TRUE(bench.process({"two"}).ok());
  EXPECT_EQ(lines(folder / "taken").size(), 1U);
  ASSERT_EQ(lines(path).size(), 1U);
  EXPECT_EQ(lines(path)[0].member("value")->text, "two");
  fs::remove(path);
  ASSERT_TRUE(bench.process({"three"}).ok());
  EXPECT_EQ(lines(path).size(), 1U);
}

TEST_F(DeadLetterLogStage, GoesOnInAFileThatSomebodyEmptied) {
  Bench<DeadLetterLog> bench(config(), folder);
  ASSERT_TRUE(bench.process({"one"}).ok());
  fs::resize_file(path, 0);
  ASSERT_TRUE(bench.process({"two"}).ok());
  ASSERT_EQ(lines(path).size(), 1U);
  EXPECT_EQ(lines(path)[0].member("value")->text, "two");
}

TEST_F(DeadLetterLogStage, RefusesWhatIsNoFile) {
  fs::create_directories(path);
  Bench<DeadLetterLog> folder_as_file(config(), folder);
  EXPECT_THROW(folder_as_file.start(), std::runtime_error);
  std::ofstream(folder / "file") << "x";
  Bench<DeadLetterLog> below_file(R"({"path":"file/letters.jsonl"})", folder);
  EXPECT_THROW(below_file.start(), std::runtime_error);
  Bench<DeadLetterLog> device(R"({"path":"/dev/null"})", folder);
  try {
    device.start();
    FAIL() << "a device was taken";
  } catch (const std::runtime_error& error) {
    EXPECT_EQ(std::string(error.what()), "/dev/null is not a regular file; let `path` name one");
  }
}

TEST_F(DeadLetterLogStage, TakesWholeLinesFromSeveralShardsAtOnce) {
  Bench<DeadLetterLog> bench(config(R"(,"rotate":"20KiB")"), folder);
  constexpr std::uint32_t shards = 4;
  constexpr int batches = 25;
  for (std::uint32_t shard = 0; shard < shards; ++shard) bench.open(shard);
  std::vector<std::thread> threads;
  for (std::uint32_t shard = 0; shard < shards; ++shard) {
    threads.emplace_back([&bench, shard] {
      for (int i = 0; i < batches; ++i) {
        EXPECT_TRUE(
            bench.process(shard, {std::string(200, static_cast<char>('a' + shard)), "x"}).ok());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::size_t count = 0;
  for (const auto& entry : fs::directory_iterator(folder)) count += lines(entry.path()).size();
  EXPECT_EQ(count, shards * batches * 2);
}

}  // namespace
}  // namespace weir::dead_letter_log
