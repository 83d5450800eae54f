#include "engine/books/letter_book.hpp"

#include "engine/loader/text.hpp"

#include <algorithm>

namespace weir {

void LetterBook::add(const weir_letter& letter) {
  const std::string_view origin = text(letter.origin);
  auto lane = lanes_.find(origin);
  if (lane == lanes_.end()) lane = lanes_.try_emplace(std::string(origin)).first;
  lane->second.push_back({letter.message.position, number_of(text(letter.code))});
  ++count_;
}

std::uint32_t LetterBook::number_of(std::string_view code) {
  const auto known = numbers_.find(code);
  if (known != numbers_.end()) return known->second;
  const auto number = static_cast<std::uint32_t>(codes_.size());
  codes_.emplace_back(code);
  numbers_.emplace(code, number);
  return number;
}

void LetterBook::close() {
  repeated_ = 0;
  for (auto& [origin, notes] : lanes_) {
    std::ranges::stable_sort(notes, {}, &Note::position);
    for (std::size_t i = 1; i < notes.size(); ++i) {
      if (notes[i].position == notes[i - 1].position) ++repeated_;
    }
  }
}

std::span<const LetterBook::Note> LetterBook::of(std::string_view origin,
                                                 std::int64_t position) const {
  const auto lane = lanes_.find(origin);
  if (lane == lanes_.end()) return {};
  const auto first = std::ranges::lower_bound(lane->second, position, {}, &Note::position);
  const auto last = std::ranges::upper_bound(lane->second, position, {}, &Note::position);
  return {first, last};
}

}  // namespace weir
