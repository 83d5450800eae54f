#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "descriptor.hpp"

namespace weir::dead_letter_log {

/// The whole lines of a file that somebody may be adding to; memory for a block and the longest
/// line. One thread.
class WholeLines {
 public:
  struct Line {
    std::uint64_t start = 0;  ///< in the file
    std::string_view text{};  ///< without its line feed; until the next call

    std::uint64_t end() const { return start + text.size() + 1; }
  };

  /// `file` is readable.
  explicit WholeLines(Descriptor file) : file_(std::move(file)) {}

  /// The line that begins there; nothing where no whole one does.
  std::optional<Line> at(std::uint64_t start);
  /// The line before the one that begins there.
  std::optional<Line> before(std::uint64_t start);
  /// Behind the last whole line.
  std::uint64_t end() const;

 private:
  /// Up to `size` bytes, fewer at the file's end.
  std::string read(std::uint64_t from, std::size_t size) const;

  Descriptor file_;
  std::uint64_t from_ = 0;  // the buffer's place in the file
  std::string buffer_;
};

}  // namespace weir::dead_letter_log
