#pragma once

#include "engine/runtime/snapshot.hpp"
#include "engine/web/reply.hpp"

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

/// Reads a letter's place.
std::optional<std::uint64_t> read_place(std::string_view text);

/// What `/api/pipelines/NAME/dead-letters?…` answers: a page.
Reply letters_reply(const Observed& observed, std::string_view pipeline,
                    std::optional<std::string_view> query);

/// What `/api/pipelines/NAME/dead-letters.jsonl?…` answers: all of them, a line each, as they are
/// read.
Reply letters_download(const Observed& observed, std::string_view pipeline,
                       std::optional<std::string_view> query);

/// What `/api/pipelines/NAME/dead-letters/PLACE` answers.
Reply letter_reply(const Observed& observed, std::string_view pipeline, std::string_view place);

}  // namespace weir::web
