#pragma once

#include "engine/web/service_client.hpp"

#include <Poco/JSON/Object.h>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

namespace weir {

/// Whose dead letters are meant, and which of them.
struct DeadLetterOptions {
  std::filesystem::path file;  ///< a pipeline file, or empty
  std::string url = "http://127.0.0.1:8081";
  std::string pipeline;                     ///< empty: all of the service
  std::string code, stage, from, to, text;  ///< the filter; empty: all
};

/// What is wrong with the command line, which CLI11 cannot know.
class UsageError : public std::invalid_argument {
 public:
  using std::invalid_argument::invalid_argument;
};

/// The service that is asked, and the pipelines of it that keep dead letters.
struct Asked {
  ServiceClient service;
  std::vector<std::string> pipelines;
};

/// Throws UsageError, or std::runtime_error where no service answers.
Asked asked(const DeadLetterOptions& options, const std::vector<std::filesystem::path>& folders);

/// A place means something in one pipeline only. Throws UsageError where there are several.
const std::string& only_one(const Asked& asked);

/// Where a pipeline's dead letters are.
std::string letters_path(const std::string& pipeline);

/// An answer's part as it came, in one line.
std::string json_line(const Poco::JSON::Object& part);

}  // namespace weir
