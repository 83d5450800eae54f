#include "engine/web/letter_filter.hpp"

#include "engine/web/moment.hpp"

#include <charconv>
#include <utility>

namespace weir::web {
namespace {

constexpr std::size_t longest_member = 512;  // bytes, as the longest key that a route takes

}  // namespace

std::optional<std::string> read_letter_filter(const LetterFilterMember& member,
                                              LetterFilter& filter) {
  const std::pair<const char*, std::optional<std::string>*> texts[] = {
      {"code", &filter.code}, {"stage", &filter.stage}, {"text", &filter.text}};
  for (const auto& [name, place] : texts) {
    auto text = member(name);
    if (!text || text->empty()) continue;
    if (text->size() > longest_member)
      return "`" + std::string(name) + "` has more than 512 bytes; take a shorter part of it";
    *place = std::move(text);
  }
  const std::pair<const char*, std::optional<Scheduler::Wall>*> moments[] = {{"from", &filter.from},
                                                                             {"to", &filter.to}};
  for (const auto& [name, place] : moments) {
    const auto text = member(name);
    if (!text || text->empty()) continue;
    *place = read_rfc3339(*text);
    if (!*place)
      return "`" + std::string(name) +
             "` is not a time; write 2025-01-31T12:00:00Z, or with an offset, whose + is %2B in an "
             "address";
  }
  return std::nullopt;
}

std::optional<std::uint64_t> read_place(std::string_view text) {
  const auto place = read_number(text);
  return place == 0U ? std::nullopt : place;
}

std::optional<std::uint64_t> read_number(std::string_view text) {
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (text.empty() || error != std::errc{} || stop != end) return std::nullopt;
  return number;
}

}  // namespace weir::web
