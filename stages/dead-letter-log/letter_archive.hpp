#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>
#include <weir/stage.hpp>

#include "letter_paths.hpp"
#include "letter_reader.hpp"
#include "whole_lines.hpp"

namespace weir::dead_letter_log {

/// All letters, those in full files included, while this or another process adds to them: it only
/// reads, and takes no lock. [any]
///
/// A letter's place is the number of its file (the one that is written now has the number that it
/// will get) and where its line begins. It stays the same when the file is renamed.
class LetterArchive {
 public:
  using Now = std::function<std::chrono::steady_clock::time_point()>;

  LetterArchive(LetterPaths paths, const Host& host, Now now = &std::chrono::steady_clock::now)
      : paths_(std::move(paths)), host_(host), now_(std::move(now)) {}

  /// See weir_letters_1. Gives the place behind which to go on, or 0 when there are no more.
  /// `place` may be any number: those behind it are shown whether a letter is there or not.
  std::uint64_t list(Order order, std::uint64_t place, VisitLetter visit) const;

 private:
  class Listing;

  std::uint64_t oldest_first(std::uint64_t place, Listing& listing) const;
  std::uint64_t newest_first(std::uint64_t place, Listing& listing) const;
  static std::uint64_t end_before(WholeLines& lines, std::uint64_t offset);
  /// The numbers of all files that there may be, that of the one that is written now last.
  std::vector<std::uint64_t> files() const;
  /// Nothing: there is none.
  std::optional<WholeLines> open(std::uint64_t number) const;

  LetterPaths paths_;
  Host host_;
  Now now_;
};

}  // namespace weir::dead_letter_log
