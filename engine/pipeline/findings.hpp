#pragma once

#include "engine/pipeline/diagnostic.hpp"

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

/// Where something stands in a pipeline file. Line 0: nowhere in particular.
struct Place {
  std::size_t line = 0;    ///< from 1
  std::size_t column = 0;  ///< from 1, in bytes
  std::size_t width = 1;   ///< bytes to underline

  bool operator==(const Place&) const = default;
};

/// Gathers all that is wrong with one file. `text` is borrowed.
class Findings {
 public:
  Findings(std::string_view text, std::filesystem::path file);

  /// A finding that is not kept.
  Diagnostic at(const Place& place, std::string code, std::string message,
                std::string help = {}) const;
  void error(const Place& place, std::string code, std::string message, std::string help = {});
  bool any() const { return !found_.empty(); }

  /// In the order of the file, each once, at most a hundred: the rest would not be read.
  std::vector<Diagnostic> take() &&;

  const std::filesystem::path& file() const { return file_; }
  /// A line of the file, from 1, without its end; empty when there is none. Borrowed from the text.
  std::string_view line(std::size_t number) const;

 private:
  std::string_view text_;
  std::filesystem::path file_;
  std::vector<std::size_t> starts_;  // of each line
  std::vector<Diagnostic> found_;
};

}  // namespace weir
