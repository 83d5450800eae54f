#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace weir {

/// Whose dead letters are meant, and which of them.
struct DeadLetterOptions {
  std::filesystem::path file;  ///< a pipeline file, or empty
  std::string url = "http://127.0.0.1:8081";
  std::string pipeline;                     ///< empty: all of the service
  std::string code, stage, from, to, text;  ///< the filter; empty: all
};

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

  CLI::App *command_, *list_, *show_;
  DeadLetterOptions options_;
  std::vector<std::string> words_;  // of show: a file, and a place
  std::string after_;
  std::size_t limit_ = 50;
  bool all_ = false, oldest_first_ = false, json_ = false, value_ = false;
};

}  // namespace weir
