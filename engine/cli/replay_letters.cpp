#include "engine/cli/replay_letters.hpp"

#include "engine/cli/answer.hpp"
#include "engine/cli/cli.hpp"
#include "engine/cli/service.hpp"
#include "engine/pipeline/utf8.hpp"

#include <Poco/JSON/Array.h>

#include <algorithm>
#include <cstddef>
#include <iostream>
#include <map>
#include <sstream>
#include <stdexcept>

namespace weir {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

constexpr std::size_t most_places = 100;  // that the service takes at a time

/// What was answered so far.
struct Tally {
  std::map<std::string, std::size_t> outcomes{};
  std::size_t letters = 0;

  bool left_some() const { return outcomes.contains("rejected") || outcomes.contains("unknown"); }
};

/// `stored  12  c/orders/0@7  key k`, and why where there is something to say.
std::string lines(const Object& letter) {
  std::string outcome = text(letter, "outcome");
  outcome.resize(std::max<std::size_t>(outcome.size(), 10), ' ');
  std::string words = outcome + "  " + text(letter, "place");
  if (!text(letter, "origin").empty()) words += "  " + message_place(letter);
  if (has(letter, "key")) words += "  key " + text(letter, "key");
  words += "\n";
  const std::string reason = why(letter);
  if (reason.empty()) return words;
  return words + "    " + (has(letter, "stage") ? text(letter, "stage") + ": " : "") + reason +
         "\n";
}

Object body_of(const ReplayOptions& options) {
  Object body;
  body.set("dry_run", options.dry_run);
  return body;
}

/// One request, and what it answers.
Object::Ptr ask(const Asked& asked, const Object& body, const ReplayOptions& options,
                Tally& tally) {
  std::ostringstream text;
  body.stringify(text);
  auto answer = posted_document(asked.service, letters_path(only_one(asked)) + "/replay",
                                std::move(text).str(), options.token);
  for (const auto& letter : objects(*answer, "letters")) {
    std::cout << (options.json ? json_line(*letter) : lines(*letter));
    ++tally.outcomes[weir::text(*letter, "outcome")];
    ++tally.letters;
  }
  std::cout.flush();
  return answer;
}

void replay_places(const Asked& asked, const ReplayOptions& options, Tally& tally) {
  std::vector<std::string> left = options.places;
  while (!left.empty() && std::cout) {
    Array places;
    for (std::size_t i = 0; i < std::min(left.size(), most_places); ++i) places.add(left[i]);
    Object body = body_of(options);
    body.set("places", places);
    const auto answered = objects(*ask(asked, body, options, tally), "letters").size();
    if (answered == 0 || answered > places.size())
      throw std::runtime_error("the service does not answer for the letters that it was asked for");
    left.erase(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(answered));
  }
}

void replay_filtered(const Asked& asked, const DeadLetterOptions& which,
                     const ReplayOptions& options, Tally& tally) {
  Object filter;
  for (const auto& [name, value] : {std::pair("code", &which.code),
                                    {"stage", &which.stage},
                                    {"from", &which.from},
                                    {"to", &which.to},
                                    {"text", &which.text}})
    if (!value->empty()) filter.set(name, *value);
  std::string after;
  do {
    Object body = body_of(options);
    body.set("filter", filter);
    if (!after.empty()) body.set("after", after);
    const std::string next = ask(asked, body, options, tally)->optValue<std::string>("next", "");
    if (!next.empty() && next == after)
      throw std::runtime_error("the service does not get on behind the letter " + after);
    after = next;
  } while (!after.empty() && std::cout);
}

}  // namespace

int replay_letters(const Asked& asked, const DeadLetterOptions& which,
                   const ReplayOptions& options) {
  Tally tally;
  if (options.places.empty()) {
    replay_filtered(asked, which, options, tally);
  } else {
    replay_places(asked, options, tally);
  }
  if (!options.json) {
    std::string sum;
    for (const auto& [outcome, count] : tally.outcomes)
      sum += (sum.empty() ? ": " : ", ") + std::to_string(count) + " " + outcome;
    std::cout << (options.dry_run ? "dry run, nothing was changed: " : "") << tally.letters
              << (tally.letters == 1 ? " letter" : " letters") << sum << '\n';
  }
  return tally.left_some() ? exit_failed : exit_well;
}

}  // namespace weir
