#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace weir::dead_letter_log {

/// The names of a file and of those that it was before it was full: PATH, PATH.000001 and so on.
/// Immutable. [any]
class LetterPaths {
 public:
  /// The highest number: what looks like a higher one, such as a copy with its date, is no file of
  /// ours.
  static constexpr std::uint64_t last = (std::uint64_t{1} << 24U) - 2;

  explicit LetterPaths(std::filesystem::path current) : current_(std::move(current)) {}

  const std::filesystem::path& current() const { return current_; }
  std::filesystem::path folder() const;
  std::filesystem::path numbered(std::uint64_t number) const;
  /// Of the full files that are there, in their order. Throws Retry.
  std::vector<std::uint64_t> numbers() const;

 private:
  std::filesystem::path current_;
};

}  // namespace weir::dead_letter_log
