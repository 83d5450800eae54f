#pragma once

#include "../eventually.hpp"
#include "engine/pipeline/read.hpp"
#include "engine/runtime/supervisor.hpp"
#include "engine/runtime/system_scheduler.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <mutex>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace weir {

/// Runs pipelines of the fixture plugins in a folder of their own, and waits for what they come to.
class Run : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder = std::filesystem::temp_directory_path() /
             ("weir-" + std::to_string(::getpid()) + "-" + test->name());
    std::filesystem::create_directories(folder);
  }
  void TearDown() override {
    supervisor.reset();
    std::filesystem::remove_all(folder);
  }

  PipelineSpec read(const std::string& yaml) {
    Reading reading = read_pipeline(yaml, folder / "pipeline.yaml", registry,
                                    [](const std::string&) { return std::nullopt; });
    std::ostringstream found;
    for (const auto& diagnostic : reading.diagnostics) found << diagnostic;
    if (!reading.spec) throw std::runtime_error(found.str());
    return std::move(*reading.spec);
  }

  void start(const std::string& yaml, const Supervisor::Serve& serve = nullptr) {
    supervisor = std::make_unique<Supervisor>(std::vector{read(yaml)}, registry, log, metrics,
                                              serve, scheduler);
    supervisor->start();
  }

  bool ends() {
    return eventually([this] {
      supervisor->tend();
      return supervisor->over();
    });
  }
  PipelineSnapshot shot() const { return supervisor->pipelines().at(0); }

  std::vector<std::string> lines(const std::string& file) const {
    std::vector<std::string> all;
    std::ifstream in(folder / file);
    for (std::string line; std::getline(in, line);) all.push_back(line);
    return all;
  }
  /// How many lines of the file begin so.
  std::size_t count(const std::string& file, const std::string& beginning) const {
    const auto all = lines(file);
    return static_cast<std::size_t>(std::ranges::count_if(
        all, [&](const std::string& line) { return line.starts_with(beginning); }));
  }
  std::string logged() const {
    const std::scoped_lock lock(mutex);
    return text;
  }

  std::filesystem::path folder;
  Registry registry{{WEIR_FIXTURES}};
  mutable std::mutex mutex;
  std::string text;
  Log log{Level::info, [this](std::string_view line) {
            const std::scoped_lock lock(mutex);
            text += line;
          }};
  Metrics metrics;
  SystemScheduler scheduler;
  std::unique_ptr<Supervisor> supervisor;
};

}  // namespace weir
