#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <weir/stage.hpp>

namespace weir::dead_letter_log {

/// Adds the message as one line of JSON. Each byte of it can be had back: what is not UTF-8 stands
/// in base64, under a name that says so. The headers that the engine put behind the message's own
/// become the letter's facts.
void append_letter(std::string& lines, std::string_view origin, const Message& message,
                   std::int64_t written_us);

}  // namespace weir::dead_letter_log
