#pragma once

#include "engine/runtime/letter_query.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace weir {

/// Which dead letters are to go through their pipeline once more. A value.
struct ReplayQuery {
  std::vector<std::uint64_t> places{};  ///< these; where there are none, those that `filter` says
  LetterFilter filter{};                ///< the oldest first
  std::uint64_t after = 0;              ///< the place to go on behind; 0: from the oldest on
  bool dry_run = false;                 ///< only says what would become of them now
  std::size_t most = 100;
  std::chrono::milliseconds longest{5000};  ///< no further letter is begun then

  bool operator==(const ReplayQuery&) const = default;
};

/// What became of a letter, or would. A value.
struct ReplayedLetter {
  /// stored: it is there now; superseded: a newer message of its key is, or one of another origin;
  /// done: nothing was left to do; rejected: it is unfit still; dropped: a step drops it;
  /// unknown: no letter is at this place.
  enum class Outcome { stored, superseded, done, rejected, dropped, unknown };

  std::uint64_t place = 0;
  std::string origin{};
  std::int64_t position = 0;
  std::optional<std::string> key{};
  Outcome outcome = Outcome::unknown;
  std::optional<std::string> stage{}, code{}, reason{}, pointer{};  ///< of rejected; `reason` also
                                                                    ///< of done

  bool operator==(const ReplayedLetter&) const = default;
};

/// What became of some letters, or why of none; a value.
struct ReplayAnswer {
  /// no_keeper: no stage of the reject route lists its letters; no_taker: no step takes a message
  /// once more; not_now: `why` says what is to be waited for.
  enum class Refusal { none, no_pipeline, no_keeper, no_taker, not_now } refusal = Refusal::none;
  std::string why{};

  std::vector<ReplayedLetter> letters{};
  std::uint64_t next = 0;  ///< the place to go on behind; 0: there are no more
};

}  // namespace weir
