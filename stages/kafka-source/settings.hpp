#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>
#include <weir/stage.hpp>

namespace weir::kafka_source {

/// Where a partition starts when its position is not known.
enum class From { earliest, latest, committed, error };

/// The stage's `with:` as values.
struct Settings {
  std::string brokers;
  std::vector<std::string> topics;
  std::string group;
  std::string instance;  ///< empty: dynamic membership
  From start = From::earliest;
  std::size_t queue_bytes = 0;
  std::chrono::milliseconds drain{};
  std::vector<std::pair<std::string, std::string>> properties;

  /// Throws with all three parts of an error text when the configuration contradicts itself.
  static Settings from(const Config& config);
};

/// What to do about a position that a step keeps and that means nothing any more.
inline constexpr const char* advice_for_kept_position =
    "the README of the stage that keeps the positions (pg-sink) says how a lane is begun anew";

}  // namespace weir::kafka_source
