#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace weir {

/// What an operator does about a line: error = act, warn = look, info = the pipeline's life, debug
/// = ours.
enum class Level { debug, info, warn, error };

/// Writes sentences, one event one line: time, level, who, text. Bytes from outside are escaped.
/// [any]
class Log {
 public:
  using Write =
      std::function<void(std::string_view line)>;  // called by any thread; the line ends in \n

  Log(Level least, Write write) : least_(least), write_(std::move(write)) {}

  void line(Level level, std::string_view who, std::string_view text) const;

  void debug(std::string_view who, std::string_view text) const { line(Level::debug, who, text); }
  void info(std::string_view who, std::string_view text) const { line(Level::info, who, text); }
  void warn(std::string_view who, std::string_view text) const { line(Level::warn, who, text); }
  void error(std::string_view who, std::string_view text) const { line(Level::error, who, text); }

  /// Writes each line to standard error by one write(2), so that lines of several threads do not
  /// mix.
  static Write to_stderr();

 private:
  Level least_;
  Write write_;
};

/// Control bytes as \n, \t or \xNN; the rest, UTF-8 included, as it is.
std::string escaped(std::string_view text);

}  // namespace weir
