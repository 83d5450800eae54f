#pragma once

#include "engine/runtime/letter.hpp"
#include "engine/runtime/traced.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace weir {

/// A document of the asked key, where a stage keeps one; a value.
struct TracedRow {
  std::string stage, origin;
  std::int64_t position = 0;
  std::optional<Scheduler::Wall> stored_at;

  bool operator==(const TracedRow&) const = default;
};

/// All that a pipeline knows of a key or of a message; a value. Each list has the newest first.
struct TraceAnswer {
  /// A stage that could not be asked, or not to the end.
  struct Silent {
    std::string stage, reason;
    bool operator==(const Silent&) const = default;
  };

  std::vector<TracedMessage> messages;  ///< from memory
  std::vector<TracedRow> rows;
  std::vector<Letter> letters;
  std::vector<Silent> unanswered;

  bool operator==(const TraceAnswer&) const = default;
};

}  // namespace weir
