#pragma once

#include "engine/cli/letter_service.hpp"
#include "engine/cli/replay_letters.hpp"

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace weir {

/// `weir dead-letters …`: its words, and what each of its commands does.
class DeadLettersCommand {
 public:
  /// Adds the words to the command line, which must not outlive this.
  explicit DeadLettersCommand(CLI::App& app);

  CLI::App* command() const { return command_; }
  /// After parsing: runs the command that was called; its exit code.
  int run(const std::vector<std::filesystem::path>& plugin_folders);

 private:
  CLI::App* add(const char* name, const char* what);
  void add_filter(CLI::App& command);
  int list(const std::vector<std::filesystem::path>& plugin_folders) const;
  int show(const std::vector<std::filesystem::path>& plugin_folders) const;
  int replay(const std::vector<std::filesystem::path>& plugin_folders) const;

  CLI::App *command_, *list_, *show_, *replay_;
  DeadLetterOptions options_;
  ReplayOptions replays_;
  std::vector<std::string> words_;  // of show and replay: a file, and places
  std::string after_;
  std::size_t limit_ = 50;
  bool all_ = false, oldest_first_ = false, json_ = false, value_ = false;
};

}  // namespace weir
