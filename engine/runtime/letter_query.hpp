#pragma once

#include "engine/runtime/letter.hpp"
#include "engine/runtime/scheduler.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

struct weir_letter;

namespace weir {

/// Which letters are meant: all where nothing is set. A value.
struct LetterFilter {
  std::optional<std::string> code{}, stage{};  ///< exactly these
  std::optional<std::string> text{};           ///< stands in one of a letter's texts, byte for byte
  std::optional<Scheduler::Wall> from{}, to{};  ///< when it was written: not before, and before

  bool lets_pass(const weir_letter& letter) const;
  bool operator==(const LetterFilter&) const = default;
};

/// A page of letters, or the one at a place. A value.
struct LetterQuery {
  LetterFilter filter{};
  bool oldest_first = false;
  std::uint64_t after = 0;  ///< the place to go on behind; 0: from the first on
  std::uint64_t at = 0;     ///< not 0: only the letter at this place is meant
  std::size_t most = 50;
  std::size_t most_bytes = 4 * 1024 * 1024;  ///< of their texts; one letter may be longer
  std::chrono::milliseconds longest{2000};   ///< of looking; the page is ended then
  bool checks_place = true;                  ///< a letter must be at `after`

  bool operator==(const LetterQuery&) const = default;
};

/// A page of letters, or why there is none; a value.
struct LetterPage {
  /// no_keeper: no stage of the reject route lists its letters; away: one does, and cannot now.
  enum class Refusal { none, no_pipeline, no_keeper, no_place, away } refusal = Refusal::none;
  std::string stage{}, why{};  ///< who is away, and why

  std::vector<Letter> letters{};
  std::uint64_t next = 0;  ///< the place to go on behind; 0: there are no more
};

}  // namespace weir
