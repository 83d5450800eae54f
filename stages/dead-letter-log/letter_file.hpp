#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include "descriptor.hpp"
#include "letter_paths.hpp"

namespace weir::dead_letter_log {

/// A file that grows by whole lines, each on disk before append() returns. One process has it at a
/// time. Not synchronised: its owner holds a mutex.
class LetterFile {
 public:
  struct Options {
    std::filesystem::path path;
    std::uint64_t rotate = 0;  ///< bytes; 0: never
    std::size_t keep = 0;      ///< renamed files; 0: all
  };

  explicit LetterFile(Options options) : options_(std::move(options)), paths_(options_.path) {}

  /// Makes the file and its folder, locks it, cuts a torn last line. Returns how many bytes were
  /// cut. Throws Retry when another process has it or the disk does not work, std::runtime_error
  /// when it cannot be opened at all.
  std::uint64_t open();
  void close();

  /// Writes the lines and waits until they are on disk. Throws Retry, after the file is as it was
  /// before.
  void append(std::string_view lines);

  std::uint64_t size() const { return size_; }

 private:
  Descriptor open_locked() const;
  std::uint64_t cut_torn_line();
  void write(std::string_view lines);
  void rotate();
  void remove_oldest() const;
  void restore_size();
  void settle_size();

  Options options_;
  LetterPaths paths_;
  Descriptor file_;
  std::uint64_t size_ = 0;  // of the whole lines; behind them may be the rest of a failed write
};

}  // namespace weir::dead_letter_log
