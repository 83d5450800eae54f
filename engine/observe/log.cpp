#include "engine/observe/log.hpp"

#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>

namespace weir {
namespace {

std::string now() {
  using namespace std::chrono;
  const auto moment = system_clock::now();
  const std::time_t seconds = system_clock::to_time_t(moment);
  const auto fraction = duration_cast<milliseconds>(moment.time_since_epoch()).count() % 1000;
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  std::array<char, 40> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &utc);
  std::snprintf(text.data() + size, text.size() - size, ".%03dZ", static_cast<int>(fraction));
  return text.data();
}

constexpr std::string_view word(Level level) {
  switch (level) {
    case Level::debug:
      return "debug";
    case Level::info:
      return "info ";
    case Level::warn:
      return "warn ";
    case Level::error:
      return "error";
  }
  return "?";
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (byte < 0x20 || byte == 0x7f) {
      std::array<char, 5> code{};
      std::snprintf(code.data(), code.size(), "\\x%02x", byte);
      out += code.data();
    } else {
      out += c;
    }
  }
  return out;
}

void Log::line(Level level, std::string_view who, std::string_view text) const {
  if (level < least_) return;
  std::string line = now();
  line += ' ';
  line += word(level);
  line += ' ';
  line += escaped(who);
  line += ": ";
  line += escaped(text);
  line += '\n';
  write_(line);
}

Log::Write Log::to_stderr() {
  return [](std::string_view line) {
    // A log that cannot be written is no reason to stop.
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
  };
}

}  // namespace weir
