#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace weir {

/// What the process answers; documented in the README, so never changed.
enum ExitCode : int {
  exit_well = 0,    ///< done, or stopped as asked
  exit_failed = 1,  ///< a pipeline failed: its reason is the last error of the log; or its books
                    ///< do not balance
  exit_usage = 2,   ///< a wrong command line or pipeline file: nothing was started
  exit_unfinished =
      3,  ///< stopped with work in hand when the deadline passed: it comes again, nothing is lost
};

/// The whole command line: parses, runs one command, gives the exit code. Never throws.
int cli(int argc, const char* const* argv);

/// The commands; each writes its result to standard output, and its complaints and log to standard
/// error.
int check(const std::vector<std::filesystem::path>& files,
          const std::vector<std::filesystem::path>& plugin_folders);
int run(const std::vector<std::filesystem::path>& files,
        const std::vector<std::filesystem::path>& plugin_folders, bool debug);
/// How the books of a pipeline are shown.
struct VerifyOptions {
  bool json = false;
  std::size_t limit = 20;  ///< findings
};
int verify(const std::filesystem::path& file,
           const std::vector<std::filesystem::path>& plugin_folders, const VerifyOptions& options);
/// What is asked of a running service, and how it is shown.
struct TraceOptions {
  std::filesystem::path file;  ///< a pipeline file, or empty
  std::string url;             ///< of the service, where there is no file
  std::string id;              ///< a key or a message
  bool json = false;
};
int trace(const TraceOptions& options, const std::vector<std::filesystem::path>& plugin_folders);
/// Which service is watched.
struct TopOptions {
  std::string url;
  bool once = false;  ///< one frame, printed
};
int top(const TopOptions& options);
int list_stages(const std::vector<std::filesystem::path>& plugin_folders);
int describe_stage(const std::string& id, const std::vector<std::filesystem::path>& plugin_folders);

}  // namespace weir
