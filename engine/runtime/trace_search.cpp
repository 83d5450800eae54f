#include "engine/runtime/trace_search.hpp"

#include "engine/loader/text.hpp"
#include "engine/runtime/letter_keeper.hpp"

#include <chrono>

namespace weir {
namespace {

constexpr std::size_t most_messages = 100;
constexpr std::size_t most_letters = 20;
constexpr std::size_t most_letter_bytes = 4 * 1024 * 1024;
constexpr std::chrono::seconds longest_reading{2};  // of the letters

/// When a document was stored; a stage that does not know says 0 or less.
std::optional<Scheduler::Wall> stored_at(std::int64_t us) {
  if (us < 1) return std::nullopt;
  return Scheduler::Wall(std::chrono::microseconds(us));
}

}  // namespace

/// Those letters of a listing that are meant; stops it when they are enough, or time is up.
class TraceSearch::Letters {
 public:
  Letters(const TraceQuery& query, const Scheduler& scheduler, std::vector<Letter>& found)
      : query_(query),
        scheduler_(scheduler),
        found_(found),
        deadline_(scheduler.now() + longest_reading) {}

  bool late() const { return late_; }
  bool full() const { return full_; }

  bool see(const weir_letter& letter) {
    if (is_meant(letter)) {
      bytes_ += letter.message.value.size;
      full_ = found_.size() == most_letters || bytes_ > most_letter_bytes;
      if (full_) return false;
      found_.push_back(letter_of(letter));
    }
    late_ = scheduler_.now() >= deadline_;
    return !late_;
  }

 private:
  bool is_meant(const weir_letter& letter) const {
    if (query_.key)
      return letter.message.key.data != nullptr && text(letter.message.key) == *query_.key;
    return letter.message.position == query_.position && query_.is_origin(text(letter.origin));
  }

  const TraceQuery& query_;
  const Scheduler& scheduler_;
  std::vector<Letter>& found_;
  const Scheduler::Time deadline_;
  std::size_t bytes_ = 0;
  bool late_ = false, full_ = false;
};

void TraceSearch::read_letters(const Stage& stage, const TraceQuery& query,
                               TraceAnswer& answer) const {
  const LetterKeeper keeper(stage);
  if (!keeper.keeps()) return;
  Letters letters(query, scheduler_, answer.letters);
  std::uint64_t place = 0;
  do {
    const Verdict verdict = keeper.list(
        WEIR_NEWEST_FIRST, place, [&](const weir_letter& letter) { return letters.see(letter); });
    if (verdict.status != WEIR_OK) {
      answer.unanswered.push_back({stage.name(), verdict.why});
      return;
    }
  } while (place != 0 && !letters.late() && !letters.full());
  if (letters.late() && place != 0)
    answer.unanswered.push_back(
        {stage.name(),
         "it has more letters than can be read in 2 s: older ones were not looked at"});
  if (letters.full())
    answer.unanswered.push_back({stage.name(), "it has more letters of this than are shown"});
}

void TraceSearch::ask_row(const Stage& stage, std::string_view key, TraceAnswer& answer) {
  const auto* table = stage.extension<weir_lookup_1>(WEIR_LOOKUP_1);
  if (table == nullptr) return;
  struct Found {
    const Stage& stage;
    std::optional<TracedRow> row{};
  } found{stage};
  const auto visit = [](void* context, const weir_entry* entry) {
    auto& place = *static_cast<Found*>(context);
    try {
      place.row.emplace(TracedRow{.stage = place.stage.name(),
                                  .origin = std::string(text(entry->origin)),
                                  .position = entry->position,
                                  .stored_at = stored_at(entry->stored_us)});
    } catch (...) {  // nothing throws into a plugin
    }
    return false;
  };
  std::uint64_t lease = 0;
  weir_error error;
  error.text[0] = '\0';
  const weir_answer status = table->find(stage.self(), view(key), visit, &found, &lease, &error);
  if (found.row) answer.rows.push_back(std::move(*found.row));
  if (status == WEIR_UNAVAILABLE)
    answer.unanswered.push_back({stage.name(), std::string(text(error))});
}

TraceAnswer TraceSearch::find(const TraceQuery& query) const {
  TraceAnswer answer;
  answer.messages = trace_.find(query, most_messages);
  for (const Stage* stage : rejects_) read_letters(*stage, query, answer);
  std::optional<std::string> key = query.key;
  if (!key && !answer.messages.empty() && !answer.messages.front().key_cut)
    key = answer.messages.front().key;
  if (!key && !answer.letters.empty()) key = answer.letters.front().key;
  if (!key) return answer;
  for (const Stage* stage : steps_) ask_row(*stage, *key, answer);
  return answer;
}

}  // namespace weir
