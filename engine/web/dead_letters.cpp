#include "engine/web/dead_letters.hpp"

#include "engine/web/letter_filter.hpp"
#include "engine/web/letter_view.hpp"
#include "engine/web/query.hpp"
#include "engine/web/stream.hpp"

#include <chrono>
#include <memory>
#include <stdexcept>
#include <utility>

namespace weir::web {
namespace {

using NoPage = LetterPage::Refusal;

constexpr std::size_t most_letters = 500;             // of a page
constexpr std::size_t piece_bytes = 256 * 1024;       // of a download
constexpr std::chrono::milliseconds piece_time{200};  // so long until it is seen that nobody reads

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
    case NoPage::none:
      return std::nullopt;
    case NoPage::no_pipeline:
      return problem(404, "no pipeline is called '" + std::string(pipeline) +
                              "'; /api/pipelines shows every pipeline");
    case NoPage::no_keeper:
      return problem(404,
                     "no stage of this pipeline keeps dead letters that can be listed; let "
                     "`rejects:` name one that offers weir.letters/1");
    case NoPage::no_place:
      return problem(no_place,
                     "no dead letter is at this place: it is not one of this pipeline's, or was "
                     "removed with its file; list them again from the newest");
    case NoPage::away:
      return problem(
          Refusal{503, "the dead letters cannot be read now: " + page.stage + ": " + page.why});
  }
  throw std::logic_error("a refusal that nobody knows");
}

class LetterStream : public Stream {
 public:
  /// `first` is the page that the query begins with.
  LetterStream(const Observed& observed, Turns& turns, std::string_view pipeline, LetterQuery query,
               LetterPage first)
      : observed_(observed),
        turns_(turns),
        pipeline_(pipeline),
        query_(std::move(query)),
        page_(std::move(first)) {}

  bool write(std::string& text) override {
    if (!std::exchange(begun_, true)) return append(text);
    const auto turn = turns_.take(piece_time);
    if (!turn) return true;
    query_.after = page_.next;
    page_ = observed_.letters(pipeline_, query_);
    if (page_.refusal != NoPage::none)
      throw std::runtime_error("the dead letters cannot be read to their end");
    return append(text);
  }
  bool is_document() const override { return true; }

 private:
  bool append(std::string& text) {
    for (const Letter& letter : page_.letters) {
      append_letter(text, letter);
      text += '\n';
    }
    page_.letters = {};
    return page_.next != 0;
  }

  const Observed& observed_;
  Turns& turns_;
  const std::string pipeline_;
  LetterQuery query_;
  LetterPage page_;
  bool begun_ = false;
};

}  // namespace

Reply DeadLetters::page(std::string_view pipeline, std::optional<std::string_view> query) const {
  LetterQuery wanted;
  if (auto fault = read(query, wanted, true)) return std::move(*fault);
  LetterPage page;
  if (auto reply = find(pipeline, wanted, 400, page)) return std::move(*reply);
  std::string text = "{\"letters\":";
  append_letters(text, page.letters);
  text += ",\"next\":";
  text += page.next == 0 ? "null" : '"' + std::to_string(page.next) + '"';
  return json_reply(std::move(text) + '}');
}

Reply DeadLetters::download(std::string_view pipeline,
                            std::optional<std::string_view> query) const {
  LetterQuery wanted{.most = most_letters,
                     .most_bytes = piece_bytes,
                     .longest = piece_time,
                     .checks_place = false};
  if (auto fault = read(query, wanted, false)) return std::move(*fault);
  LetterPage first;
  if (auto reply = find(pipeline, wanted, 400, first)) return std::move(*reply);
  Reply reply = text_reply("application/x-ndjson", {});
  reply.fields.push_back({"Content-Disposition", "attachment; filename=\"dead-letters.jsonl\""});
  reply.stream = std::make_shared<LetterStream>(observed_, turns_, pipeline, std::move(wanted),
                                                std::move(first));
  return reply;
}

Reply DeadLetters::one(std::string_view pipeline, std::string_view place) const {
  const auto wanted = read_place(place);
  if (!wanted)
    return problem(400,
                   "this is not a dead letter's place, which is a number; "
                   "/api/pipelines/NAME/dead-letters shows them");
  LetterPage page;
  if (auto reply = find(pipeline, {.at = *wanted}, 404, page)) return std::move(*reply);
  std::string text;
  append_letter(text, page.letters.front());
  return json_reply(std::move(text));
}

std::optional<Reply> DeadLetters::find(std::string_view pipeline, const LetterQuery& query,
                                       int no_place, LetterPage& page) const {
  const auto turn = turns_.take(longest_wait_for_letters);
  if (!turn)
    return problem(Refusal{503, "others look through the dead letters; ask again in a moment"});
  page = observed_.letters(pipeline, query);
  return refused(page, pipeline, no_place);
}

}  // namespace weir::web
