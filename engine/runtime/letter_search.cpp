#include "engine/runtime/letter_search.hpp"

#include "engine/loader/text.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace weir {
namespace {

bool holds(weir_view bytes, std::string_view wanted) {
  return text(bytes).find(wanted) != std::string_view::npos;
}

bool holds(const weir_letter& letter, std::string_view wanted) {
  const weir_message& message = letter.message;
  const weir_view texts[] = {message.key,    message.value, letter.reason, letter.code,
                             letter.pointer, letter.stage,  letter.origin};
  if (std::ranges::any_of(texts, [&](weir_view bytes) { return holds(bytes, wanted); }))
    return true;
  const std::span headers(message.headers, message.header_count);
  return std::ranges::any_of(headers, [&](const weir_header& header) {
    return holds(header.name, wanted) || holds(header.value, wanted);
  });
}

bool is(weir_view known, const std::optional<std::string>& wanted) {
  return !wanted || (known.data != nullptr && text(known) == *wanted);
}

std::size_t bytes_of(const weir_letter& letter) {
  const weir_message& message = letter.message;
  std::size_t bytes = message.key.size + message.value.size + letter.reason.size;
  for (const weir_header& header : std::span(message.headers, message.header_count))
    bytes += header.name.size + header.value.size;
  return bytes;
}

LetterPage away(const LetterKeeper& keeper, std::string why) {
  return {.refusal = LetterPage::Refusal::away, .stage = keeper.name(), .why = std::move(why)};
}

}  // namespace

bool LetterFilter::lets_pass(const weir_letter& letter) const {
  if (!is(letter.code, code) || !is(letter.stage, stage)) return false;
  if (from || to) {
    if (letter.written_us < 0) return false;
    const Scheduler::Wall written{std::chrono::microseconds(letter.written_us)};
    if ((from && written < *from) || (to && written >= *to)) return false;
  }
  return !text || holds(letter, *text);
}

/// One page that is being filled. It is ended before the letter that has no room any more, so that
/// whoever goes on sees that one first, and a page that is the last says so.
class LetterSearch::Reading {
 public:
  Reading(const LetterQuery& query, const Scheduler& scheduler)
      : query_(query), scheduler_(scheduler), deadline_(scheduler.now() + query.longest) {}

  bool see(const weir_letter& letter) {
    over_ = page_.letters.size() == query_.most || (seen_ != 0 && late());
    if (over_) return false;
    if (query_.filter.lets_pass(letter)) {
      const std::size_t bytes = bytes_of(letter);
      over_ =
          !page_.letters.empty() && bytes > query_.most_bytes - std::min(query_.most_bytes, bytes_);
      if (over_) return false;
      bytes_ += bytes;
      page_.letters.push_back(letter_of(letter));
    }
    seen_ = letter.place;
    return true;
  }
  bool over() const { return over_; }
  bool late() const { return scheduler_.now() >= deadline_; }
  /// `reached`: how far the stage says that it was.
  LetterPage page(std::uint64_t reached) && {
    page_.next = over_ ? seen_ : reached;
    return std::move(page_);
  }

 private:
  const LetterQuery& query_;
  const Scheduler& scheduler_;
  const Scheduler::Time deadline_;
  LetterPage page_;
  std::size_t bytes_ = 0;
  std::uint64_t seen_ = 0;  ///< place of the last letter that was looked at
  bool over_ = false;
};

LetterSearch::LetterSearch(const std::vector<const Stage*>& rejects, const Scheduler& scheduler)
    : scheduler_(scheduler) {
  for (const Stage* stage : rejects) {
    keeper_.emplace(*stage);
    if (keeper_->keeps()) return;
  }
  keeper_.reset();
}

LetterPage LetterSearch::find(const LetterQuery& query) const {
  if (!keeper_) return {.refusal = LetterPage::Refusal::no_keeper};
  if (query.at != 0) return at(query.at);
  if (query.after != 0 && query.checks_place) {
    LetterPage known = at(query.after);
    if (known.refusal != LetterPage::Refusal::none) return known;
  }
  return list(query);
}

/// Places grow, so that a letter is the oldest one behind the number before its own.
LetterPage LetterSearch::at(std::uint64_t place) const {
  LetterPage page{.refusal = LetterPage::Refusal::no_place};
  std::uint64_t reached = place - 1;
  const Verdict verdict = keeper_->list(WEIR_OLDEST_FIRST, reached, [&](const weir_letter& letter) {
    if (letter.place != place) return false;
    page.refusal = LetterPage::Refusal::none;
    page.letters.push_back(letter_of(letter));
    return false;
  });
  return verdict.status == WEIR_OK ? page : away(*keeper_, verdict.why);
}

LetterPage LetterSearch::list(const LetterQuery& query) const {
  Reading reading(query, scheduler_);
  std::uint64_t reached = query.after;
  do {
    const Verdict verdict =
        keeper_->list(query.oldest_first ? WEIR_OLDEST_FIRST : WEIR_NEWEST_FIRST, reached,
                      [&](const weir_letter& letter) { return reading.see(letter); });
    if (verdict.status != WEIR_OK) return away(*keeper_, verdict.why);
  } while (reached != 0 && !reading.over() && !reading.late());
  return std::move(reading).page(reached);
}

}  // namespace weir
