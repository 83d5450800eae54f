#include "quiet_log.hpp"

namespace weir::kafka_source {

std::string QuietLog::admit(std::string_view kind, std::string_view line) {
  constexpr std::chrono::seconds quiet{10};
  auto& seen = kinds_.try_emplace(std::string(kind)).first->second;
  const auto now = std::chrono::steady_clock::now();
  if (now < seen.quiet_until) {
    ++seen.left_out;
    return {};
  }
  std::string text(line);
  if (seen.left_out > 0) {
    text += " (and " + std::to_string(seen.left_out) + " more of this kind before)";
  }
  seen = {.quiet_until = now + quiet, .left_out = 0};
  return text;
}

void QuietLog::warn(std::string_view kind, std::string_view line) {
  if (const auto text = admit(kind, line); !text.empty()) host_.warn(text);
}

void QuietLog::info(std::string_view kind, std::string_view line) {
  if (const auto text = admit(kind, line); !text.empty()) host_.info(text);
}

}  // namespace weir::kafka_source
