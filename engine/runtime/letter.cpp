#include "engine/runtime/letter.hpp"

#include "engine/loader/text.hpp"

#include <weir/ext/letters.h>

#include <chrono>

namespace weir {
namespace {

std::optional<std::string> optional_text(weir_view view) {
  if (view.data == nullptr) return std::nullopt;
  return std::string(text(view));
}

}  // namespace

Letter letter_of(const weir_letter& shown) {
  const weir_message& message = shown.message;
  Letter letter{.place = shown.place,
                .origin = std::string(text(shown.origin)),
                .position = message.position,
                .key = optional_text(message.key),
                .value = optional_text(message.value),
                .headers = {},
                .stage = optional_text(shown.stage),
                .code = optional_text(shown.code),
                .reason = optional_text(shown.reason),
                .pointer = optional_text(shown.pointer),
                .written_at = std::nullopt,
                .replayed_at = std::nullopt};
  if (shown.written_us >= 0)
    letter.written_at = Scheduler::Wall(std::chrono::microseconds(shown.written_us));
  for (std::size_t i = 0; i < message.header_count; ++i)
    letter.headers.emplace_back(text(message.headers[i].name), text(message.headers[i].value));
  return letter;
}

}  // namespace weir
