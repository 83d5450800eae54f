#include "engine/runtime/tap.hpp"

#include "engine/loader/text.hpp"
#include "engine/pipeline/utf8.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>

namespace weir {
namespace {

constexpr std::size_t longest_text = 4096;  // of a key, a header, a reason
constexpr std::size_t most_headers = 64;

bool contains(std::string_view text, std::string_view part) {
  return !text.empty() && ::memmem(text.data(), text.size(), part.data(), part.size()) != nullptr;
}

std::optional<std::string> copied(weir_view view, std::size_t most) {
  if (view.data == nullptr) return std::nullopt;
  return std::string(cut(text(view), most));
}

std::optional<std::string> copied(const std::string& text) {
  return std::string(cut(text, longest_text));
}

TappedMessage shown(std::string_view origin, const weir_message& message, MessageFate fate) {
  TappedMessage shown;
  shown.origin = origin;
  shown.position = message.position;
  shown.time = Scheduler::Wall(std::chrono::microseconds(message.time_us));
  shown.key = copied(message.key, longest_text);
  shown.value = copied(message.value, Tap::longest_value);
  shown.value_bytes = message.value.data == nullptr ? 0 : message.value.size;
  shown.truncated = shown.value_bytes > Tap::longest_value;
  for (std::size_t i = 0; i < std::min<std::size_t>(message.header_count, most_headers); ++i) {
    const weir_header& header = message.headers[i];
    shown.headers.emplace_back(cut(text(header.name), longest_text),
                               cut(text(header.value), longest_text));
  }
  shown.fate = fate;
  return shown;
}

std::size_t bytes_of(const TappedMessage& message) {
  std::size_t bytes = sizeof message + message.value.value_or("").size() +
                      message.edited.value_or("").size() + message.key.value_or("").size();
  for (const auto& [name, value] : message.headers) bytes += name.size() + value.size();
  return bytes;
}

/// The reject of each message, null for the others. Empty where nothing was rejected.
std::vector<const Reject*> rejects_of(const Passage& passage) {
  if (passage.edits == nullptr || passage.edits->rejects().empty()) return {};
  std::vector<const Reject*> rejects(passage.given.size());
  for (const Reject& reject : passage.edits->rejects()) rejects[reject.index] = &reject;
  return rejects;
}

}  // namespace

/// How many may be shown now; none: what comes is not even looked at.
std::size_t Tap::allowed(Scheduler::Time now) const {
  if (bytes_ >= most_bytes || waiting_.size() >= 2 * per_second) return 0;
  return now - second_ >= std::chrono::seconds(1) ? per_second : per_second - shown_;
}

bool Tap::wants(const weir_message& message, std::string_view reason) const {
  return filter_.empty() || contains(text(message.key), filter_) ||
         contains(text(message.value), filter_) || contains(reason, filter_);
}

void Tap::see(const Passage& passage) {
  const EditLog* edits =
      passage.edits != nullptr && passage.edits->touched() ? passage.edits : nullptr;
  const std::size_t passing = passage.given.size() + (edits ? edits->inserts().size() : 0);
  const auto now = scheduler_.now();
  std::size_t room = 0;
  {
    const std::scoped_lock lock(mutex_);
    room = allowed(now);
  }
  const auto rejects = room > 0 ? rejects_of(passage) : std::vector<const Reject*>{};
  std::vector<TappedMessage> found;
  std::size_t seen = 0;
  const auto look = [&](const weir_message& message, MessageFate fate, std::size_t index) {
    ++seen;
    const Reject* reject =
        fate == MessageFate::rejected && !rejects.empty() ? rejects[index] : nullptr;
    if (!wants(message, reject ? std::string_view(reject->reason) : std::string_view())) return;
    TappedMessage& one = found.emplace_back(shown(passage.origin, message, fate));
    if (reject) {
      one.code = copied(reject->code);
      one.reason = copied(reject->reason);
      if (reject->pointer) one.pointer = copied(*reject->pointer);
    }
    if (fate == MessageFate::replaced)
      one.edited = copied(edits->current(index).value, longest_value);
  };
  std::size_t insert = 0;
  for (std::size_t index = 0; index < passage.given.size() && found.size() < room; ++index) {
    look(passage.given[index], edits ? edits->fates()[index] : MessageFate::passed, index);
    for (; edits && insert < edits->inserts().size() && edits->inserts()[insert].first == index &&
           found.size() < room;
         ++insert)
      look(edits->inserts()[insert].second, MessageFate::inserted, index);
  }
  std::size_t kept = 0;
  {
    const std::scoped_lock lock(mutex_);
    if (now - second_ >= std::chrono::seconds(1)) {
      second_ = now;
      shown_ = 0;
    }
    for (; kept < found.size() && shown_ < per_second && bytes_ < most_bytes; ++kept) {
      bytes_ += bytes_of(found[kept]);
      waiting_.push_back(std::move(found[kept]));
      ++shown_;
    }
  }
  skipped_.fetch_add(passing - seen + found.size() - kept, std::memory_order_relaxed);
}

Tap::Seen Tap::take() {
  Seen seen;
  seen.over = over_.load(std::memory_order_acquire);
  seen.skipped = skipped_.exchange(0, std::memory_order_relaxed);
  const std::scoped_lock lock(mutex_);
  seen.messages.swap(waiting_);
  bytes_ = 0;
  return seen;
}

}  // namespace weir
