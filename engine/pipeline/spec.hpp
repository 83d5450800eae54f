#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace weir {

/// One `stage:` of a pipeline file, checked; a value.
struct StageSpec {
  std::string name;    ///< unique in the pipeline; the stage's id where the file gives none
  std::string type;    ///< the word after `stage:`
  std::string config;  ///< `with:` as a JSON object, variables substituted and the schema's
                       ///< defaults filled in

  bool operator==(const StageSpec&) const = default;
};

/// Where a pipeline is served, and the page beside it.
struct HttpSpec {
  std::string host;                           ///< an address to bind to, such as 127.0.0.1 or ::1
  std::uint16_t port = 0;                     ///< 0: any free one
  std::optional<std::filesystem::path> page;  ///< a folder of static files
  std::vector<std::string> hosts = {};        ///< names that it answers for, beside its addresses
  std::string token = {};                     ///< a secret, for what changes state; empty: none

  bool operator==(const HttpSpec&) const = default;
};

/// The most that a shard takes at once.
struct BatchSpec {
  std::size_t messages = 1000;
  std::size_t bytes = 4 * 1024 * 1024;

  bool operator==(const BatchSpec&) const = default;
};

/// Waiting times between two tries: doubled from `first` to `longest`, with full jitter.
struct RetrySpec {
  std::chrono::milliseconds first{100};
  std::chrono::milliseconds longest{30'000};

  bool operator==(const RetrySpec&) const = default;
};

/// A pipeline as its file describes it: pure data, ready to be built or compared with another.
struct PipelineSpec {
  std::string name;
  std::filesystem::path file;
  std::string shown;  ///< the file as YAML that others may see; see masked_yaml()
  std::optional<HttpSpec> http;
  std::optional<StageSpec> source;  ///< a pipeline of services alone has none
  std::vector<StageSpec> steps;
  std::vector<StageSpec> rejects;  ///< the reject route's steps
  std::vector<StageSpec> services;
  BatchSpec batch;
  std::size_t inbox_bytes = 8 * 1024 * 1024;  ///< what may wait for one shard, in payload bytes
  std::size_t shards = 1;
  RetrySpec retry;
  std::chrono::milliseconds drain{20'000};    ///< how long a stop waits for what is under way
  std::chrono::milliseconds stalled{60'000};  ///< without a commit, while something is in flight:
                                              ///< no longer ready

  bool operator==(const PipelineSpec&) const = default;
};

}  // namespace weir
