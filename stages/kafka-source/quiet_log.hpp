#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <weir/stage.hpp>

namespace weir::kafka_source {

/// Passes lines on to the engine's log, of each kind at most one every ten seconds: a broker that
/// is away repeats itself. Used by the source's thread.
class QuietLog {
 public:
  explicit QuietLog(const Host& host) : host_(host) {}

  void warn(std::string_view kind, std::string_view line);
  void info(std::string_view kind, std::string_view line);
  void debug(std::string_view line) const { host_.debug(line); }

 private:
  struct Kind {
    std::chrono::steady_clock::time_point quiet_until{};
    std::size_t left_out = 0;
  };
  /// The line as it is to be written, or empty.
  std::string admit(std::string_view kind, std::string_view line);

  Host host_;
  std::map<std::string, Kind, std::less<>> kinds_;
};

}  // namespace weir::kafka_source
