#include "fake_catalog.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using weir::testing::findings;
using weir::testing::read;

/// A pipeline whose step's config is `{"value": …}`.
weir::Reading read_value(const std::string& yaml,
                         std::map<std::string, std::string> variables = {}) {
  return read(
      "pipeline: p\nsource: {stage: queue-source, with: {brokers: b, topic: t}}\nsteps:\n  - "
      "stage: anything\n"
      "    with:\n      value: " +
          yaml + "\n",
      std::move(variables));
}

std::string value(const std::string& yaml, std::map<std::string, std::string> variables = {}) {
  const weir::Reading reading = read_value(yaml, std::move(variables));
  return reading.spec ? reading.spec->steps.front().config : findings(reading).front();
}

TEST(Substitution, PutsVariablesIntoTexts) {
  EXPECT_EQ(value("\"a-${X}-${Y}\"", {{"X", "1"}, {"Y", "2"}}), R"({"value":"a-1-2"})");
  EXPECT_EQ(value("host=${X} port=${Y}", {{"X", "h"}, {"Y", "5"}}), R"({"value":"host=h port=5"})");
}

TEST(Substitution, UsesTheDefaultOfAnUnsetOrEmptyVariable) {
  EXPECT_EQ(value("\"${X:-127.0.0.1:9092}\""), R"({"value":"127.0.0.1:9092"})");
  EXPECT_EQ(value("\"${X:-d}\"", {{"X", ""}}), R"({"value":"d"})");
  EXPECT_EQ(value("\"${X:-d}\"", {{"X", "x"}}), R"({"value":"x"})");
  EXPECT_EQ(value("\"${X:-}\""), R"({"value":""})");
}

TEST(Substitution, TypesAScalarThatIsOneVariableWithoutQuotes) {
  EXPECT_EQ(value("${X:-1000}"), R"({"value":1000})");
  EXPECT_EQ(value("${X}", {{"X", "true"}}), R"({"value":true})");
  EXPECT_EQ(value("${X}", {{"X", "1.50"}}), R"({"value":1.50})");
  EXPECT_EQ(value("${X}", {{"X", "abc"}}), R"({"value":"abc"})");
  EXPECT_EQ(value("\"${X}\"", {{"X", "1000"}}), R"({"value":"1000"})");
  EXPECT_EQ(value("${X}${Y}", {{"X", "1"}, {"Y", "2"}}), R"({"value":"12"})");
  EXPECT_EQ(value("1${X}", {{"X", "1"}}), R"({"value":"11"})");
}

TEST(Substitution, LeavesEscapedAndLoneDollarsAlone) {
  EXPECT_EQ(value("\"$${X} $ $X $$\""), R"({"value":"${X} $ $X $$"})");
  EXPECT_EQ(value("$${X}", {{"X", "1"}}), R"({"value":"${X}"})");
}

TEST(Substitution, NeverLetsAValueBecomeYaml) {
  const std::string hostile = "\"}\n  evil: [1, 2]\n# \\ ${PATH}";
  EXPECT_EQ(value("\"${X}\"", {{"X", hostile}}),
            R"({"value":"\"}\u000a  evil: [1, 2]\u000a# \\ ${PATH}"})");
  EXPECT_EQ(value("${X}", {{"X", "{a: b}"}}), R"({"value":"{a: b}"})");
}

TEST(Substitution, NamesTheVariableThatIsNotSet) {
  EXPECT_THAT(findings(read_value("\"${WEIR_DSN}\"")),
              ElementsAre("6:14 variable: the variable `WEIR_DSN` is not set (set it, or give a "
                          "default: ${WEIR_DSN:-…})"));
}

TEST(Substitution, ReportsEveryUnsetVariableAndNothingThatFollowsFromIt) {
  const weir::Reading reading = read(
      "pipeline: ${A}\nhttp: {listen: \"${B}\"}\nsource:\n  stage: queue-source\n"
      "  with: {brokers: \"${C}\", topic: t, port: \"${D}\"}\nshards: ${E}\ndrain: ${F}\nbatch: "
      "{bytes: \"${G}\"}\n");
  EXPECT_EQ(reading.diagnostics.size(), 7U) << testing::PrintToString(findings(reading));
  for (const weir::Diagnostic& d : reading.diagnostics) EXPECT_EQ(d.code, "variable") << d.message;
}

TEST(Substitution, RefusesWhatIsNoVariable) {
  for (const char* text : {"\"${}\"", "\"${1X}\"", "\"${A B}\"", "\"${X\"", "\"${X-d}\"",
                           "\"${X:-${Y}}\"", "\"${a.b}\""}) {
    const weir::Reading reading = read_value(text);
    EXPECT_FALSE(reading.spec) << text;
    ASSERT_EQ(reading.diagnostics.size(), 1U) << text;
    EXPECT_EQ(reading.diagnostics.front().code, "variable") << text;
  }
}

TEST(Substitution, RefusesValuesThatNoTextCanHold) {
  EXPECT_THAT(value("\"${X}\"", {{"X", std::string("a\0b", 3)}}), HasSubstr("NUL"));
  EXPECT_THAT(value("\"${X}\"", {{"X", "\xC0\x80"}}), HasSubstr("not UTF-8"));
  EXPECT_THAT(value("${X}", {{"X", "99999999999999999999"}}), HasSubstr("beyond 64 bits"));
}

TEST(Substitution, NeverShowsAValueInAnyDiagnostic) {
  const std::string secret = "hunter2";
  const char* yaml =
      "pipeline: ${S}!\nhttp: {listen: \"${S}\", page: \"${S}\"}\nsource:\n  name: ${S}!\n  stage: "
      "queue-source\n"
      "  with:\n    brokers: [\"${S}\"]\n    port: ${S}\n    start: ${S}\n    wait: ${S}\n    "
      "fast: ${S}\n"
      "    topic: {a: \"${S}\"}\n    properties: ${S}\n    buffer: ${S}\n"
      "steps:\n  - stage: memory-cache\n    with: {restore: {from: \"${S}\"}, capacity: "
      "\"${S}\"}\n  - ${S}\n"
      "  - {stage: table-sink, with: {dsn: \"${S}\", key: \"${S}\", tables: \"${S}\"}}\n  - stage: "
      "${S}\n"
      "batch: {messages: \"${S}\", bytes: \"${S}\"}\nshards: ${S}\nretry: \"${S}\"\ndrain: "
      "\"${S}\"\n";
  const weir::Reading reading = read(yaml, {{"S", secret}});
  EXPECT_GT(reading.diagnostics.size(), 18U);
  for (const weir::Diagnostic& diagnostic : reading.diagnostics) {
    std::ostringstream out;
    out << diagnostic;
    EXPECT_THAT(out.str(), Not(HasSubstr(secret)));
  }
}

class SubstitutedFile : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/weir-substitution-XXXXXX";
    ASSERT_NE(mkdtemp(name), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& content) {
    std::ofstream(folder_ / name, std::ios::binary) << content;
    return (folder_ / name).string();
  }

  std::filesystem::path folder_;
};

TEST_F(SubstitutedFile, LosesOneLineEndOnly) {
  EXPECT_EQ(value("\"${file:" + write("a", "secret\n") + "}\""), R"({"value":"secret"})");
  EXPECT_EQ(value("\"${file:" + write("b", "secret\n\n") + "}\""), R"({"value":"secret\u000a"})");
  EXPECT_EQ(value("\"${file:" + write("c", "") + "}\""), R"({"value":""})");
}

TEST_F(SubstitutedFile, IsFoundFromThePipelineFilesFolder) {
  write("secret", "s3");
  const weir::Reading reading = weir::read_pipeline(
      "pipeline: p\nservices:\n  - {stage: page-query, with: {from: [page-query], route: "
      "\"${file:secret}\"}}\n",
      folder_ / "p.yaml", weir::testing::FakeCatalog(), weir::testing::environment({}));
  ASSERT_TRUE(reading.spec) << testing::PrintToString(findings(reading));
  EXPECT_THAT(reading.spec->services.front().config, HasSubstr("\"route\":\"s3\""));
}

TEST_F(SubstitutedFile, ThatIsMissingOrNoFileIsADiagnostic) {
  EXPECT_THAT(value("\"${file:" + (folder_ / "none").string() + "}\""),
              HasSubstr("there is no file"));
  EXPECT_THAT(value("\"${file:" + folder_.string() + "}\""), HasSubstr("there is no file"));
  EXPECT_THAT(value("\"${file:/dev/zero}\""), HasSubstr("there is no file"));
  EXPECT_THAT(value("\"${file:}\""), HasSubstr("there is no file"));
}

TEST_F(SubstitutedFile, ThatIsHugeIsADiagnostic) {
  EXPECT_THAT(value("\"${file:" + write("huge", std::string(3 << 20, 'x')) + "}\""),
              HasSubstr("1 MiB"));
}

}  // namespace
