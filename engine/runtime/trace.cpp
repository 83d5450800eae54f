#include "engine/runtime/trace.hpp"

#include "engine/loader/text.hpp"

#include <algorithm>
#include <cstring>
#include <functional>

namespace weir {
namespace {

constexpr std::size_t scanned_at_once = 4096;  // messages: some 20 microseconds under the lock
constexpr std::size_t long_key_prefix = 32;
constexpr std::size_t marked_steps = 32;

std::uint64_t hash_of(std::string_view key) { return std::hash<std::string_view>{}(key); }

}  // namespace

/// Forgets as many of the oldest as are needed for so many more.
void Trace::make_room(std::size_t messages) {
  messages_.reserve(std::min(messages, most_ - std::min(most_, messages_.size())));
  if (messages_.size() + messages > most_)
    messages_.forget_before(messages_.end() + messages - most_);
  while (batches_.size() > 0) {
    const BatchNote& oldest = batches_[batches_.begin()];
    if (oldest.first + oldest.count > messages_.begin()) break;
    const auto lane = newest_.find(oldest.lane);
    if (lane != newest_.end() && lane->second == batches_.begin()) newest_.erase(lane);
    batches_.forget_before(batches_.begin() + 1);
  }
  step_notes_.forget_before(step_number(batches_.begin(), 0));
}

Trace::BatchNote& Trace::add_batch(std::uint64_t lane, std::size_t messages) {
  make_room(messages);
  batches_.reserve(1);
  step_notes_.reserve(steps_.size());
  for (std::size_t step = 0; step < steps_.size(); ++step) step_notes_.push() = {};
  const Number number = batches_.end();
  BatchNote& note = batches_.push();
  const auto [newest, is_first] = newest_.try_emplace(lane, number);
  note.previous = is_first ? 0 : newest->second;
  newest->second = number;
  note.lane = lane;
  note.first = messages_.end();
  note.count = static_cast<std::uint32_t>(messages);
  note.settled = note.committed = {};
  note.born = no_step;
  note.ending.reset();
  return note;
}

void Trace::write_key(MessageNote& note, weir_view key) {
  if (key.data == nullptr) {
    note.key_size = absent_key;
  } else if (key.size <= inline_key) {
    note.key_size = static_cast<std::uint8_t>(key.size);
    std::memcpy(note.key.data(), key.data, key.size);
  } else {
    note.key_size = long_key;
    std::memcpy(note.key.data(), key.data, long_key_prefix);
    const std::uint64_t hash = hash_of(text(key));
    std::memcpy(note.key.data() + long_key_prefix, &hash, sizeof hash);
  }
}

void Trace::add_message(const weir_message& message) {
  MessageNote& note = messages_.push();
  note.position = message.position;
  note.replaced = 0;
  note.end_step = no_step;
  write_key(note, message.key);
}

Noted Trace::read(const std::shared_ptr<Lane>& lane, std::span<const weir_message> messages,
                  std::int64_t commit_to, Scheduler::Wall at) {
  if (messages.empty()) return {};
  const std::size_t skipped = messages.size() - std::min(messages.size(), most_);
  const std::scoped_lock lock(mutex_);
  BatchNote& note = add_batch(lane->number(), messages.size() - skipped);
  note.origin = {lane, &lane->origin()};
  note.read = at;
  note.commit_to = commit_to;
  for (const weir_message& message : messages.subspan(skipped)) add_message(message);
  return {batches_.end() - 1, note.first - skipped};
}

std::uint32_t Trace::keep(const Reject& reject) {
  if (rejects_.size() == most_rejects) rejects_.forget_before(rejects_.begin() + 1);
  rejects_.reserve(1);
  const auto number = static_cast<std::uint32_t>(rejects_.end());
  RejectNote& note = rejects_.push();
  char* place = note.texts.data();
  const auto put = [&](std::string_view text, std::size_t most) {
    const std::size_t size = std::min(text.size(), most);
    std::memcpy(place, text.data(), size);
    place += size;
    return static_cast<std::uint16_t>(size);
  };
  note.code_size = put(reject.code, 64);
  note.has_pointer = reject.pointer.has_value();
  note.pointer_size = put(reject.pointer.value_or(""), 128);
  note.reason_size = put(reject.reason, note.texts.size() - note.code_size - note.pointer_size);
  return number;
}

void Trace::apply(std::size_t step, const Change& change) {
  if (!messages_.holds(change.message)) return;
  MessageNote& note = messages_[change.message];
  if (change.fate == MessageFate::replaced) {
    if (step < marked_steps) note.replaced |= std::uint32_t{1} << step;
    return;
  }
  note.end_step = static_cast<std::uint16_t>(step);
  note.end_fate = change.fate;
  if (change.reject != nullptr) note.reject = keep(*change.reject);
}

Noted Trace::done(const Done& step) {
  const std::scoped_lock lock(mutex_);
  for (const Number batch : step.batches) {
    if (batches_.holds(batch))
      step_note(batch, step.step) = {step.at, static_cast<float>(step.seconds)};
  }
  for (const Change& change : step.changes) apply(step.step, change);
  const Number parent = step.batches.front();
  if (step.inserted.empty() || !batches_.holds(parent)) return {};

  const BatchNote of = batches_[parent];
  const std::size_t kept = std::min(step.inserted.size(), most_);
  const std::size_t skipped = step.inserted.size() - kept;
  BatchNote& note = add_batch(of.lane, kept);
  note.origin = of.origin;
  note.read = of.read;
  note.commit_to = of.commit_to;
  note.born = static_cast<std::uint16_t>(step.step);
  step_note(batches_.end() - 1, step.step) = {step.at, static_cast<float>(step.seconds)};
  for (const auto& [after, message] : step.inserted.subspan(skipped)) add_message(message);
  return {batches_.end() - 1, note.first - skipped};
}

void Trace::settled(std::span<const Number> batches, Ending::Kind kind, Scheduler::Wall at) {
  const std::scoped_lock lock(mutex_);
  for (const Number batch : batches) {
    if (!batches_.holds(batch)) continue;
    batches_[batch].ending = kind;
    batches_[batch].settled = at;
  }
}

void Trace::committed(std::uint64_t lane, std::int64_t position, Scheduler::Wall at) {
  const std::scoped_lock lock(mutex_);
  const auto newest = newest_.find(lane);
  if (newest == newest_.end()) return;
  for (Number batch = newest->second; batches_.holds(batch); batch = batches_[batch].previous) {
    BatchNote& note = batches_[batch];
    if (note.committed != Scheduler::Wall{}) return;
    if (note.commit_to <= position) note.committed = at;
  }
}

void Trace::lost(std::uint64_t lane, Scheduler::Wall at) {
  const std::scoped_lock lock(mutex_);
  const auto newest = newest_.find(lane);
  if (newest == newest_.end()) return;
  for (Number batch = newest->second; batches_.holds(batch); batch = batches_[batch].previous) {
    if (batches_[batch].committed != Scheduler::Wall{}) return;
    give_up(batches_[batch], at);
  }
}

void Trace::end(Scheduler::Wall at) {
  const std::scoped_lock lock(mutex_);
  for (Number batch = batches_.begin(); batch != batches_.end(); ++batch)
    give_up(batches_[batch], at);
}

void Trace::give_up(BatchNote& batch, Scheduler::Wall at) {
  if (batch.ending) return;
  batch.ending = Ending::Kind::abandoned;
  batch.settled = at;
}

// ---- what is told
// -----------------------------------------------------------------------------------------------------

bool Trace::has_key(const MessageNote& note, std::string_view key, std::uint64_t hash) {
  if (key.size() <= inline_key)
    return note.key_size == key.size() && std::memcmp(note.key.data(), key.data(), key.size()) == 0;
  return note.key_size == long_key &&
         std::memcmp(note.key.data(), key.data(), long_key_prefix) == 0 &&
         std::memcmp(note.key.data() + long_key_prefix, &hash, sizeof hash) == 0;
}

std::optional<std::string> Trace::key_of(const MessageNote& note) {
  if (note.key_size == absent_key) return std::nullopt;
  if (note.key_size == long_key) return std::string(note.key.data(), long_key_prefix) + "…";
  return std::string(note.key.data(), note.key_size);
}

/// The last batch that begins at or before the message.
Trace::Number Trace::batch_of(Number message) const {
  Number low = batches_.begin();
  for (Number high = batches_.end(); high - low > 1;) {
    const Number middle = low + (high - low) / 2;
    (batches_[middle].first <= message ? low : high) = middle;
  }
  return low;
}

void Trace::tell_reject(const MessageNote& note, TracedStage& stage) const {
  const Number end = rejects_.end();
  const Number number =
      end - static_cast<std::uint32_t>(static_cast<std::uint32_t>(end) - note.reject);
  if (!rejects_.holds(number)) return;
  const RejectNote& reject = rejects_[number];
  const char* place = reject.texts.data();
  stage.code.emplace(place, reject.code_size);
  place += reject.code_size;
  if (reject.has_pointer) stage.pointer.emplace(place, reject.pointer_size);
  stage.reason.emplace(place + reject.pointer_size, reject.reason_size);
}

TracedMessage Trace::told(Number number, Number batch) const {
  const MessageNote& note = messages_[number];
  const BatchNote& of = batches_[batch];
  TracedMessage told;
  told.origin = *of.origin;
  told.position = note.position;
  told.key = key_of(note);
  told.key_cut = note.key_size == long_key;
  told.read_at = of.read;
  if (of.settled != Scheduler::Wall{}) told.settled_at = of.settled;
  if (of.committed != Scheduler::Wall{}) told.committed_at = of.committed;
  for (std::size_t step = of.born == no_step ? 0 : of.born; step < steps_.size(); ++step) {
    const StepNote& time = step_notes_[step_number(batch, step)];
    if (time.at == Scheduler::Wall{}) break;
    TracedStage& stage = told.stages.emplace_back();
    stage.stage = steps_[step];
    stage.seconds = static_cast<double>(time.seconds);
    stage.at = time.at;
    if (step == of.born) stage.fate = MessageFate::inserted;
    if (step < marked_steps && (note.replaced >> step & 1U) != 0)
      stage.fate = MessageFate::replaced;
    if (step != note.end_step) continue;
    stage.fate = note.end_fate;
    if (note.end_fate == MessageFate::rejected) tell_reject(note, stage);
    break;
  }
  if (!of.ending) return told;
  told.outcome = TraceOutcome::failed;
  if (*of.ending == Ending::Kind::accepted)
    told.outcome = note.end_step == no_step                 ? TraceOutcome::stored
                   : note.end_fate == MessageFate::rejected ? TraceOutcome::rejected
                                                            : TraceOutcome::dropped;
  return told;
}

std::vector<TracedMessage> Trace::find(const TraceQuery& query, std::size_t most) const {
  const std::string_view key = query.key ? std::string_view(*query.key) : std::string_view();
  const std::uint64_t hash = hash_of(key);
  std::vector<TracedMessage> found;
  std::optional<Number> end;
  for (bool more = true; more;) {
    const std::scoped_lock lock(mutex_);
    const Number to = end ? std::max(*end, messages_.begin()) : messages_.end();
    const Number from = to - std::min<Number>(to - messages_.begin(), scanned_at_once);
    for (Number number = to; number-- != from && found.size() < most;) {
      const MessageNote& note = messages_[number];
      if (query.key ? !has_key(note, key, hash) : note.position != query.position) continue;
      const Number batch = batch_of(number);
      if (!query.key && !query.is_origin(*batches_[batch].origin)) continue;
      found.push_back(told(number, batch));
      if (query.key) {
        found.back().key = query.key;
        found.back().key_cut = false;
      }
    }
    more = from != messages_.begin() && found.size() < most;
    end = from;
  }
  return found;
}

std::size_t Trace::memory() const {
  const std::scoped_lock lock(mutex_);
  return messages_.capacity() * sizeof(MessageNote) + batches_.capacity() * sizeof(BatchNote) +
         step_notes_.capacity() * sizeof(StepNote) + rejects_.capacity() * sizeof(RejectNote);
}

}  // namespace weir
