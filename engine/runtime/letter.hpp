#pragma once

#include "engine/runtime/scheduler.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

struct weir_letter;

namespace weir {

/// A dead letter: a message that was rejected, who did so and why. A value; its texts are any
/// bytes, and absent where they are not known.
struct Letter {
  std::uint64_t place = 0;  ///< among those of its stage
  std::string origin;
  std::int64_t position = 0;
  std::optional<std::string> key, value;
  std::vector<std::pair<std::string, std::string>> headers;
  std::optional<std::string> stage, code, reason, pointer;
  std::optional<Scheduler::Wall> written_at;
  std::optional<Scheduler::Wall> replayed_at;  ///< when it was sent through its pipeline again

  bool operator==(const Letter&) const = default;
};

/// A copy of what a stage shows of one.
Letter letter_of(const weir_letter& shown);

}  // namespace weir
