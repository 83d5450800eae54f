#include "engine/web/letters_reply.hpp"

#include "engine/web/api_views.hpp"
#include "engine/web/letter_view.hpp"
#include "engine/web/moment.hpp"
#include "engine/web/query.hpp"
#include "engine/web/stream.hpp"

#include <Poco/JSON/Array.h>

#include <charconv>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <utility>

namespace weir::web {
namespace {

using Refusal = LetterPage::Refusal;

constexpr std::size_t most_letters = 500;             // of a page
constexpr std::size_t longest_member = 256;           // bytes: it is searched for in every letter
constexpr std::size_t piece_bytes = 256 * 1024;       // of a download
constexpr std::chrono::milliseconds piece_time{200};  // so long until it is seen that nobody reads

std::optional<std::uint64_t> read_number(std::string_view text) {
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (text.empty() || error != std::errc{} || stop != end) return std::nullopt;
  return number;
}

/// Where the page begins and how long it may get.
std::optional<std::string> read_page(const Query& members, LetterQuery& wanted) {
  const auto order = members.find("order");
  if (order && *order != "newest" && *order != "oldest")
    return "the order is neither newest nor oldest; take one of these, or leave it out";
  wanted.oldest_first = order == "oldest";
  if (const auto limit = members.find("limit")) {
    const auto number = read_number(*limit);
    if (!number || *number < 1 || *number > most_letters)
      return "the limit is not a number from 1 to 500; ask for the rest with `after`";
    wanted.most = static_cast<std::size_t>(*number);
  }
  const auto after = members.find("after");
  if (!after) return std::nullopt;
  const auto place = read_place(*after);
  if (!place) return "`after` is not a letter's place; take the `next` of the page before";
  wanted.after = *place;
  return std::nullopt;
}

/// What was asked for, or why that cannot be read.
std::optional<Reply> read(std::optional<std::string_view> query, LetterQuery& wanted, bool paged) {
  Query members;
  if (const auto refusal = members.read(query.value_or(""))) return problem(*refusal);
  auto fault =
      read_letter_filter([&](const char* name) { return members.find(name); }, wanted.filter);
  if (!fault && paged) fault = read_page(members, wanted);
  return fault ? std::optional(problem(400, *fault)) : std::nullopt;
}

/// Why there is no page; nothing: there is one.
std::optional<Reply> refused(const LetterPage& page, std::string_view pipeline, int no_place) {
  switch (page.refusal) {
    case Refusal::none:
      return std::nullopt;
    case Refusal::no_pipeline:
      return problem(404, "no pipeline is called '" + std::string(pipeline) +
                              "'; /api/pipelines shows every pipeline");
    case Refusal::no_keeper:
      return problem(404,
                     "no stage of this pipeline keeps dead letters that can be listed; let "
                     "`rejects:` name one that offers weir.letters/1");
    case Refusal::no_place:
      return problem(no_place,
                     "no dead letter is at this place: it is not one of this pipeline's, or was "
                     "removed with its file; list them again from the newest");
    case Refusal::away:
      return problem(web::Refusal{
          503, "the dead letters cannot be read now: " + page.stage + ": " + page.why});
  }
  throw std::logic_error("a refusal that nobody knows");
}

class LetterStream : public Stream {
 public:
  /// `first` is the page that the query begins with.
  LetterStream(const Observed& observed, std::string_view pipeline, LetterQuery query,
               LetterPage first)
      : observed_(observed),
        pipeline_(pipeline),
        query_(std::move(query)),
        page_(std::move(first)) {}

  bool write(std::string& text) override {
    if (!std::exchange(begun_, true)) return append(text);
    query_.after = page_.next;
    page_ = observed_.letters(pipeline_, query_);
    if (page_.refusal != Refusal::none)
      throw std::runtime_error("the dead letters cannot be read to their end");
    return append(text);
  }
  bool is_document() const override { return true; }

 private:
  bool append(std::string& text) {
    for (const Letter& letter : page_.letters) text.append(to_text(letter_object(letter))) += '\n';
    page_.letters = {};
    return page_.next != 0;
  }

  const Observed& observed_;
  const std::string pipeline_;
  LetterQuery query_;
  LetterPage page_;
  bool begun_ = false;
};

}  // namespace

std::optional<std::string> read_letter_filter(const LetterFilterMember& member,
                                              LetterFilter& filter) {
  const std::pair<const char*, std::optional<std::string>*> texts[] = {
      {"code", &filter.code}, {"stage", &filter.stage}, {"text", &filter.text}};
  for (const auto& [name, place] : texts) {
    auto text = member(name);
    if (!text || text->empty()) continue;
    if (text->size() > longest_member)
      return "`" + std::string(name) + "` has more than 256 bytes; take a shorter part of it";
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

Reply letters_reply(const Observed& observed, std::string_view pipeline,
                    std::optional<std::string_view> query) {
  LetterQuery wanted;
  if (auto fault = read(query, wanted, true)) return std::move(*fault);
  const LetterPage page = observed.letters(pipeline, wanted);
  if (auto reply = refused(page, pipeline, 400)) return std::move(*reply);
  auto object = json_object();
  Poco::JSON::Array letters;
  for (const Letter& letter : page.letters) letters.add(letter_object(letter));
  object.set("letters", letters);
  object.set("next",
             page.next == 0 ? Poco::Dynamic::Var() : Poco::Dynamic::Var(std::to_string(page.next)));
  return json_reply(to_text(object));
}

Reply letters_download(const Observed& observed, std::string_view pipeline,
                       std::optional<std::string_view> query) {
  LetterQuery wanted{.most = most_letters,
                     .most_bytes = piece_bytes,
                     .longest = piece_time,
                     .checks_place = false};
  if (auto fault = read(query, wanted, false)) return std::move(*fault);
  LetterPage first = observed.letters(pipeline, wanted);
  if (auto reply = refused(first, pipeline, 400)) return std::move(*reply);
  Reply reply = text_reply("application/x-ndjson", {});
  reply.fields.push_back({"Content-Disposition", "attachment; filename=\"dead-letters.jsonl\""});
  reply.stream =
      std::make_shared<LetterStream>(observed, pipeline, std::move(wanted), std::move(first));
  return reply;
}

Reply letter_reply(const Observed& observed, std::string_view pipeline, std::string_view place) {
  const auto wanted = read_place(place);
  if (!wanted)
    return problem(400,
                   "this is not a dead letter's place, which is a number; "
                   "/api/pipelines/NAME/dead-letters shows them");
  const LetterPage page = observed.letters(pipeline, {.at = *wanted});
  if (auto reply = refused(page, pipeline, 404)) return std::move(*reply);
  return json_reply(to_text(letter_object(page.letters.front())));
}

}  // namespace weir::web
