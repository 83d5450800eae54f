#include "engine/pipeline/read.hpp"
#include "engine/runtime/supervisor.hpp"
#include "engine/runtime/system_scheduler.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace weir {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

std::vector<std::string> lines_of(const fs::path& file) {
  std::vector<std::string> lines;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::vector<std::string> texts_of(const YAML::Node& list) {
  std::vector<std::string> texts;
  for (const auto& text : list) texts.push_back(text.as<std::string>());
  return texts;
}

/// One file of cases/: steps, input, and the lines expected at both ends.
class PipelineCase : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    folder =
        fs::temp_directory_path() / ("weir-case-" + std::to_string(::getpid()) + "-" + GetParam());
    fs::create_directories(folder);
  }
  void TearDown() override { fs::remove_all(folder); }

  /// The case's pipeline, its ends tied to files of `folder`.
  std::string pipeline(const YAML::Node& described) {
    std::ostringstream text;
    text << "pipeline: case\nsource:\n  stage: case-source\n  with:\n    commits: "
         << quoted((folder / "commits").string()) << "\n    messages:\n";
    for (const auto& message : described["input"]) text << "      - " << listed(message) << '\n';
    if (described["batch"]) text << "    batch: " << described["batch"].as<int>() << '\n';
    if (described["shards"]) text << "shards: " << described["shards"].as<int>() << '\n';
    text << "steps:\n";
    for (const auto& step : described["steps"])
      text << "  - " << YAML::Dump(step_in_flow(step)) << '\n';
    text << "  - " << sink("arrivals", "output");
    if (!described["no_reject_route"]) text << "rejects:\n  - " << sink("letters", "rejects");
    return text.str();
  }
  static std::string quoted(const std::string& text) {
    YAML::Emitter out;
    out << YAML::DoubleQuoted << text;
    return out.c_str();
  }
  static std::string listed(const YAML::Node& message) {
    if (!message.IsMap()) return "{ value: " + quoted(message.as<std::string>()) + " }";
    std::string members;
    for (const auto& member : message) {
      const auto name = member.first.as<std::string>(), value = member.second.as<std::string>();
      members +=
          (members.empty() ? "" : ", ") + name + ": " + (name == "lane" ? value : quoted(value));
    }
    return "{ " + members + " }";
  }
  static YAML::Node step_in_flow(const YAML::Node& step) {
    YAML::Node flow = YAML::Clone(step);
    flow.SetStyle(YAML::EmitterStyle::Flow);
    return flow;
  }
  std::string sink(const std::string& name, const std::string& file) {
    return "{ name: " + name +
           ", stage: case-sink, with: { file: " + quoted((folder / file).string()) + " } }\n";
  }

  fs::path folder;
};

TEST_P(PipelineCase, DeliversWhatItsFileExpects) {
  const YAML::Node described = YAML::LoadFile(std::string(WEIR_CASES) + "/" + GetParam() + ".yaml");
  const Registry registry({WEIR_PLUGINS, WEIR_CASE_STAGES});
  for (const auto& needed : described["needs"]) {
    if (registry.find(needed.as<std::string>()) == nullptr)
      GTEST_SKIP() << needed << " was not built";
  }
  std::ofstream(folder / "schema.json")
      << (described["schema"] ? described["schema"].as<std::string>() : "{}");
  Reading reading = read_pipeline(pipeline(described), folder / "case.yaml", registry,
                                  [](const std::string&) { return std::nullopt; });
  std::ostringstream found;
  for (const auto& diagnostic : reading.diagnostics) found << diagnostic;
  ASSERT_TRUE(reading.spec) << found.str();

  std::string errors;
  std::mutex mutex;
  const Log log(Level::error, [&](std::string_view line) {
    const std::scoped_lock lock(mutex);
    errors += line;
  });
  Metrics metrics;
  SystemScheduler scheduler;
  RunEnd end{};
  {
    Supervisor supervisor({*reading.spec}, registry, log, metrics, nullptr, scheduler);
    supervisor.start();
    const auto deadline = std::chrono::steady_clock::now() + 30s;
    while (!supervisor.over() && std::chrono::steady_clock::now() < deadline)
      std::this_thread::yield();
    ASSERT_TRUE(supervisor.over()) << "the pipeline did not end";
    end = supervisor.end();
  }

  auto output = lines_of(folder / "output"), rejects = lines_of(folder / "rejects");
  if (described["shards"]) {  // lanes keep their order, shards have none among them
    std::ranges::sort(output);
    std::ranges::sort(rejects);
  }
  EXPECT_THAT(output, testing::ElementsAreArray(texts_of(described["output"])));
  EXPECT_THAT(rejects, testing::ElementsAreArray(texts_of(described["rejects"])));
  std::map<std::string, std::string> commits;
  for (const auto& line : lines_of(folder / "commits"))
    commits[line.substr(0, line.find(' '))] = line.substr(line.find(' ') + 1);
  std::map<std::string, std::string> expected;
  for (const auto& each : described["commits"])
    expected[each.first.as<std::string>()] = each.second.as<std::string>();
  EXPECT_EQ(commits, expected);
  if (described["fails"]) {
    EXPECT_EQ(end, RunEnd::failed);
    EXPECT_THAT(errors, testing::HasSubstr(described["fails"].as<std::string>()));
  } else {
    EXPECT_EQ(end, RunEnd::well) << errors;
  }
}

std::vector<std::string> all_cases() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(WEIR_CASES)) {
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem().string());
  }
  std::ranges::sort(names);
  return names;
}

INSTANTIATE_TEST_SUITE_P(Cases, PipelineCase, testing::ValuesIn(all_cases()), [](const auto& each) {
  std::string name = each.param;
  std::ranges::replace(name, '-', '_');
  return name;
});

}  // namespace
}  // namespace weir
