// `weir verify` as its user calls it: what it prints, and its exit code.
#include "command_test.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace weir {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::StartsWith;

class VerifyCommand : public CommandTest {
 protected:
  VerifyCommand() { fs::create_directories(folder); }
  ~VerifyCommand() override { fs::remove_all(folder); }

  int weir(const std::vector<std::string>& more, const std::string& step,
           const std::string& steps_stage = "fixture-books-step") {
    const fs::path file = folder / "p.yaml";
    std::ofstream(file) << "pipeline: p\nsource: { stage: fixture-books-source }\nsteps: [{ stage: "
                        << steps_stage << ", with: {" << step
                        << "} }]\nrejects: [{ stage: fixture-books-letters }]\n";
    std::vector<std::string> words{"weir", "verify", file.string(), "--plugins", WEIR_FIXTURES};
    words.insert(words.end(), more.begin(), more.end());
    return call(words);
  }

  const fs::path folder = fs::path(testing::TempDir()) /
                          ("verify-" + std::to_string(::getpid()) + "-" +
                           testing::UnitTest::GetInstance()->current_test_info()->name());
};

TEST_F(VerifyCommand, SaysThatAllIsAccountedForAndEndsWell) {
  EXPECT_EQ(weir({}, "superseded: [3]"), exit_well) << errors;
  EXPECT_THAT(output, HasSubstr("10 messages, all accounted for: 9 stored, 1 superseded, 0 "
                                "rejected, 0 pending\n"));
}

TEST_F(VerifyCommand, SaysWhatIsNotAndEndsWithCode1) {
  EXPECT_EQ(weir({}, "missing: [3], different: [5]"), exit_failed);
  EXPECT_THAT(output, HasSubstr("fixture/books/0 position 3: missing: "));
  EXPECT_THAT(output, HasSubstr("10 messages, 2 not accounted for: 8 stored"));
}

TEST_F(VerifyCommand, ShowsAsManyFindingsAsAskedFor) {
  EXPECT_EQ(weir({"--limit", "1"}, "missing: [3], different: [5]"), exit_failed);
  EXPECT_THAT(output, HasSubstr("and 1 finding more"));
}

TEST_F(VerifyCommand, PrintsOneJsonDocument) {
  EXPECT_EQ(weir({"--json"}, "missing: [3]"), exit_failed);
  EXPECT_THAT(output, StartsWith("{\"messages\":10,"));
  EXPECT_THAT(output, HasSubstr("\"balanced\":false"));
}

TEST_F(VerifyCommand, RefusesAPipelineWithoutBooksWithCode2) {
  EXPECT_EQ(weir({}, "", "fixture-keeper"), exit_usage);
  EXPECT_THAT(errors, HasSubstr("error: no step of the pipeline `p` keeps positions and says what "
                                "became of messages"));
  EXPECT_EQ(output, "");
}

TEST_F(VerifyCommand, RefusesAWrongFileWithCode2) {
  EXPECT_EQ(weir({}, "nonsense: 1"), exit_usage);
  EXPECT_THAT(errors, HasSubstr("nonsense"));
}

TEST_F(VerifyCommand, SaysWhyTheBooksCannotBeReadAndEndsWithCode1) {
  EXPECT_EQ(weir({}, "broken: true"), exit_failed);
  EXPECT_THAT(errors, HasSubstr("error: the books cannot be read: fixture-books-step: fixture: the "
                                "accounts are burnt"));
}

}  // namespace
}  // namespace weir
