#include "engine/runtime/replayer.hpp"

#include "engine/loader/text.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <exception>
#include <limits>
#include <map>
#include <ranges>
#include <utility>

namespace weir {
namespace {

using ReplayOutcome = ReplayedLetter::Outcome;
using Refusal = ReplayAnswer::Refusal;

/// So long nobody is asked when letters were replayed, once that could not be told: whoever lists
/// them while a database is away would wait each time.
constexpr std::chrono::seconds quiet{5};

weir_view bytes(const std::optional<std::string>& text) {
  return text ? view(*text) : weir_view{nullptr, 0};
}

std::optional<std::string> copy_of(weir_view text) {
  if (text.data == nullptr) return std::nullopt;
  return std::string(weir::text(text));
}

bool is_pure(const Step& step) { return (step.worker->stage().type().traits & WEIR_PURE) != 0; }

/// Tells the steps that have passed a message on how it ended, last first.
void settle(const std::vector<Step*>& passed, bool accepted) {
  for (Step* step : std::views::reverse(passed)) {
    if (step->worker->wants_settled()) step->worker->settled(step->given, accepted);
  }
}

ReplayAnswer not_now(std::string why) {
  return {.refusal = Refusal::not_now, .why = std::move(why)};
}

/// Why the letters could not be had; `none`: they could.
ReplayAnswer refused(const LetterPage& page) {
  if (page.refusal == LetterPage::Refusal::no_keeper) return {.refusal = Refusal::no_keeper};
  return not_now("the dead letters cannot be read now: " + page.stage + ": " + page.why);
}

}  // namespace

/// A step that cannot say what becomes of a message now.
struct Replayer::Interrupted {
  std::string why;
};

Replayer::Replayer(std::string pipeline, const std::vector<const Stage*>& steps, const Lanes& lanes,
                   const Log& log, const Scheduler& scheduler)
    : pipeline_(std::move(pipeline)), lanes_(lanes), log_(log), scheduler_(scheduler) {
  for (const Stage* step : steps) {
    table_ = step->extension<weir_replay_1>(WEIR_REPLAY_1);
    if (table_ == nullptr) continue;
    taker_ = step;
    return;
  }
}

void Replayer::equip(std::vector<Step> before, std::vector<Step> behind) {
  const std::scoped_lock lock(mutex_);
  before_ = std::move(before);
  behind_ = std::move(behind);
  equipped_ = true;
}

void Replayer::end() {
  ended_ = true;
  for (auto* steps : {&before_, &behind_})
    for (Step& step : *steps) step.worker->interrupt();
  const std::scoped_lock lock(mutex_);
  equipped_ = false;
  behind_.clear();
  before_.clear();
}

ReplayAnswer Replayer::replay(const LetterSearch& search, const ReplayQuery& query) {
  if (taker_ == nullptr) return {.refusal = Refusal::no_taker};
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock) return not_now("another replay is at work; ask again when it is over");
  if (ended_) return not_now("the pipeline stops");
  if (!equipped_) return not_now("the pipeline has not started");
  deadline_ = scheduler_.now() + query.longest;
  ReplayAnswer answer = query.places.empty() ? by_filter(search, query) : by_place(search, query);
  if (!query.dry_run && !answer.letters.empty()) tell(answer);
  return answer;
}

ReplayAnswer Replayer::by_place(const LetterSearch& search, const ReplayQuery& query) {
  ReplayAnswer answer;
  for (const std::uint64_t place : query.places) {
    const LetterPage page = search.find({.at = place});
    if (page.refusal == LetterPage::Refusal::no_place) {
      answer.letters.push_back({.place = place});
    } else if (page.refusal != LetterPage::Refusal::none) {
      return answer.letters.empty() ? refused(page) : answer;
    } else if (!take(page.letters.front(), query, answer)) {
      return answer;
    }
  }
  return answer;
}

ReplayAnswer Replayer::by_filter(const LetterSearch& search, const ReplayQuery& query) {
  const LetterPage page = search.find({.filter = query.filter,
                                       .oldest_first = true,
                                       .after = query.after,
                                       .most = query.most,
                                       .checks_place = false});
  if (page.refusal != LetterPage::Refusal::none) return refused(page);
  ReplayAnswer answer;
  for (const Letter& letter : page.letters) {
    if (take(letter, query, answer)) continue;
    if (answer.letters.empty()) return answer;
    if (answer.letters.size() == page.letters.size()) break;
    answer.next = answer.letters.back().place;
    return answer;
  }
  answer.next = page.next;
  return answer;
}

/// One letter. False: no further one is to be begun.
bool Replayer::take(const Letter& letter, const ReplayQuery& query, ReplayAnswer& answer) {
  try {
    answer.letters.push_back(walk(letter, query.dry_run));
  } catch (const Interrupted& interrupted) {
    if (answer.letters.empty()) answer = not_now(interrupted.why);
    return false;
  }
  return !ended_ && scheduler_.now() < deadline_;
}

ReplayedLetter Replayer::walk(const Letter& letter, bool trial) {
  ReplayedLetter made{.place = letter.place,
                      .origin = letter.origin,
                      .position = letter.position,
                      .key = letter.key};
  std::vector<weir_header> headers;
  for (const auto& [name, value] : letter.headers) headers.push_back({view(name), view(value)});
  const weir_message message{.key = bytes(letter.key),
                             .value = bytes(letter.value),
                             .headers = headers.data(),
                             .header_count = headers.size(),
                             .position = letter.position,
                             .time_us = -1};
  constexpr auto last = std::numeric_limits<std::int64_t>::max();
  const auto lane = lane_of(letter.origin);
  weir_batch batch{.size = sizeof(weir_batch),
                   .messages = &message,
                   .count = 1,
                   .lane = lane ? lane->number() : 0,
                   .origin = view(letter.origin),
                   .first = letter.position,
                   .commit_to = letter.position < last ? letter.position + 1 : last,
                   .rejected = nullptr,
                   .rejected_count = 0,
                   .last = -1,
                   .mark = 0};
  std::vector<Step*> passed;
  try {
    bool passes_on = true;
    for (Step& step : before_) {
      if (trial && !is_pure(step)) continue;
      passes_on = passes(step, batch, made);
      if (!passes_on) break;
      passed.push_back(&step);
    }
    if (passes_on) store(batch, trial, made);
  } catch (...) {
    settle(passed, false);
    throw;
  }
  const bool stored = made.outcome == ReplayOutcome::stored && !trial;
  // What is behind the taker holds nothing of a lane that is another's.
  if (stored && lane) hand_on(batch);
  settle(passed, stored);
  return made;
}

/// False: it ended here, and `made` says how; else the batch holds what the step has made of it.
bool Replayer::passes(Step& step, weir_batch& batch, ReplayedLetter& made) {
  step.given = batch;
  const Verdict verdict = step.process();
  if (verdict.status != WEIR_OK) throw Interrupted{"stage `" + step.name() + "`: " + verdict.why};
  if (!step.edits->rejects().empty()) {
    const Reject& reject = step.edits->rejects().front();
    made.outcome = ReplayOutcome::rejected;
    made.stage = step.name();
    made.code = reject.code;
    made.reason = reject.reason;
    made.pointer = reject.pointer;
    return false;
  }
  const auto messages = step.edits->passed();
  batch.messages = messages.data();
  batch.count = messages.size();
  if (messages.empty()) made.outcome = ReplayOutcome::dropped;
  return !messages.empty();
}

void Replayer::store(const weir_batch& batch, bool trial, ReplayedLetter& made) {
  struct Visitor {
    ReplayedLetter& made;
    bool visited = false;
    std::exception_ptr thrown{};
  } visitor{made};
  const auto visit = [](void* context, const weir_replayed* replayed) {
    constexpr std::array outcomes{ReplayOutcome::stored, ReplayOutcome::superseded,
                                  ReplayOutcome::done, ReplayOutcome::rejected};
    auto& self = *static_cast<Visitor*>(context);
    if (replayed->outcome < 0 || replayed->outcome >= std::ssize(outcomes)) return;
    try {
      self.made.outcome = outcomes[static_cast<std::size_t>(replayed->outcome)];
      self.made.code = copy_of(replayed->code);
      self.made.reason = copy_of(replayed->reason);
      self.made.pointer = copy_of(replayed->pointer);
      self.visited = true;
    } catch (...) {  // nothing throws into a plugin
      self.thrown = std::current_exception();
    }
  };
  const Verdict verdict = judged([&](weir_error* error) {
    return table_->store(taker_->self(), &batch, trial, visit, &visitor, error);
  });
  if (visitor.thrown) std::rethrow_exception(visitor.thrown);
  if (verdict.status != WEIR_OK)
    throw Interrupted{"stage `" + taker_->name() + "`: " + verdict.why};
  if (!visitor.visited)
    throw Interrupted{"stage `" + taker_->name() +
                      "` does not say what became of it; mend the plugin"};
  if (made.outcome == ReplayOutcome::rejected) made.stage = taker_->name();
}

/// It is done, whatever these make of it.
void Replayer::hand_on(const weir_batch& batch) {
  weir_batch given = batch;
  std::vector<Step*> passed;
  for (Step& step : behind_) {
    step.given = given;
    Verdict verdict = step.process();
    if (verdict.status == WEIR_OK && !step.edits->rejects().empty())
      verdict = {WEIR_FAILED, step.edits->rejects().front().reason};
    if (verdict.status != WEIR_OK) {
      log_.error(pipeline_ + "/" + step.name(),
                 "has not taken a message that was replayed, and may show an older one of its key "
                 "until the pipeline starts again: " +
                     verdict.why);
      break;
    }
    passed.push_back(&step);
    const auto messages = step.edits->passed();
    given.messages = messages.data();
    given.count = messages.size();
  }
  settle(passed, true);
}

std::shared_ptr<Lane> Replayer::lane_of(const std::string& origin) const {
  for (auto& lane : lanes_.all())
    if (lane->origin() == origin) return lane;
  return nullptr;
}

void Replayer::tell(const ReplayAnswer& answer) const {
  constexpr std::array words{"stored",   "superseded", "had nothing left to do",
                             "rejected", "dropped",    "not found"};
  std::string line;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto count =
        std::ranges::count(answer.letters, static_cast<ReplayOutcome>(i), &ReplayedLetter::outcome);
    if (count > 0) line += (line.empty() ? "" : ", ") + std::to_string(count) + " " + words[i];
  }
  log_.info(pipeline_,
            "replayed " + std::to_string(answer.letters.size()) + " dead letters: " + line);
}

void Replayer::date(std::vector<Letter>& letters) const {
  const auto now = scheduler_.now().time_since_epoch().count();
  if (table_ == nullptr || ended_ || now < quiet_until_) return;
  std::map<std::string_view, std::vector<std::size_t>> by_origin;
  for (std::size_t i = 0; i < letters.size(); ++i) by_origin[letters[i].origin].push_back(i);
  for (const auto& [origin, indexes] : by_origin) {
    std::vector<std::int64_t> positions, times_us(indexes.size(), -1);
    for (const std::size_t index : indexes) positions.push_back(letters[index].position);
    const Verdict verdict = judged([&](weir_error* error) {
      return table_->replayed(taker_->self(), view(origin), positions.data(), positions.size(),
                              times_us.data(), error);
    });
    if (verdict.status != WEIR_OK) {
      quiet_until_ = (scheduler_.now() + quiet).time_since_epoch().count();
      return;
    }
    for (std::size_t i = 0; i < indexes.size(); ++i) {
      if (times_us[i] >= 0)
        letters[indexes[i]].replayed_at = Scheduler::Wall(std::chrono::microseconds(times_us[i]));
    }
  }
}

}  // namespace weir
