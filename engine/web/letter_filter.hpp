#pragma once

#include "engine/runtime/letter_query.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace weir::web {

/// The members of a filter, by their name; nothing, or an empty text: it has no such one.
using LetterFilterMember = std::function<std::optional<std::string>(const char* name)>;

/// Reads code, stage, from, to and text, as every path takes them. The fault, where there is one,
/// for people.
std::optional<std::string> read_letter_filter(const LetterFilterMember& member,
                                              LetterFilter& filter);

/// A whole number without a sign.
std::optional<std::uint64_t> read_number(std::string_view text);

/// Reads a letter's place.
std::optional<std::uint64_t> read_place(std::string_view text);

}  // namespace weir::web
