#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>
#include <weir/stage.hpp>

namespace weir::kafka_source {

/// Where a partition starts when its position is not known.
enum class Start { earliest, latest, committed, error };

/// The stage's `with:` as values.
struct Settings {
  std::string brokers;
  std::vector<std::string> topics;
  std::string group;
  std::string instance;  ///< empty: dynamic membership
  Start start = Start::earliest;
  std::size_t queue_bytes = 0;
  std::chrono::milliseconds drain{};
  std::vector<std::pair<std::string, std::string>> properties;

  /// Throws with all three parts of an error text when the configuration contradicts itself.
  static Settings from(const Config& config);
};

}  // namespace weir::kafka_source
