#include "engine/runtime/edit_log.hpp"

#include "engine/loader/text.hpp"

#include <algorithm>

namespace weir {
namespace {

bool passes(MessageFate fate) {
  return fate == MessageFate::passed || fate == MessageFate::replaced;
}

}  // namespace

EditLog::EditLog(Flush flush) : raw_{table(), this}, flush_(std::move(flush)) {}

weir_edit EditLog::table() {
  return {
      .size = sizeof(weir_edit),
      .drop =
          [](weir_edit* raw, std::size_t index) {
            EditLog& log = of(raw);
            if (!log.takes(index, "dropped")) return;
            log.fates_[index] = MessageFate::dropped;
            ++log.dropped_;
          },
      .reject =
          [](weir_edit* raw, std::size_t index, weir_view code, weir_view reason,
             weir_view pointer) {
            EditLog& log = of(raw);
            if (!log.takes(index, "rejected")) return;
            log.fates_[index] = MessageFate::rejected;
            log.rejects_.push_back({index, std::string(text(code)), std::string(text(reason)),
                                    pointer.data == nullptr
                                        ? std::nullopt
                                        : std::optional<std::string>(text(pointer))});
          },
      .replace =
          [](weir_edit* raw, std::size_t index, const weir_message* message) {
            EditLog& log = of(raw);
            if (!log.takes(index, "replaced")) return;
            const weir_message& old = log.given_[index];
            log.fates_[index] = MessageFate::replaced;
            log.current_[index] = *message;
            log.current_[index].position = old.position;
            log.current_[index].time_us = old.time_us;
          },
      .insert =
          [](weir_edit* raw, std::size_t after, const weir_message* message) {
            EditLog& log = of(raw);
            if (after >= log.given_.size()) {
              log.misuse_ = "a message was inserted after message " + std::to_string(after) +
                            " of " + std::to_string(log.given_.size());
              return;
            }
            log.touch();
            log.inserts_.emplace_back(after, *message);
            log.inserts_.back().second.position = log.given_[after].position;
          },
      .alloc = [](weir_edit* raw, std::size_t bytes) -> void* {
        return of(raw).arena_.allocate(std::max<std::size_t>(bytes, 1), alignof(std::max_align_t));
      },
      .flush = [](weir_edit* raw, weir_error* error) { return of(raw).flush_(error); },
  };
}

void EditLog::begin(std::span<const weir_message> messages) {
  given_ = messages;
  touched_ = false;
  dropped_ = 0;
  inserts_.clear();
  rejects_.clear();
  misuse_.clear();
  arena_.release();
}

/// The first word counts: what is dropped or rejected is not edited again.
bool EditLog::takes(std::size_t index, const char* what) {
  if (index >= given_.size()) {
    misuse_ = "message " + std::to_string(index) + " of " + std::to_string(given_.size()) +
              " was " + what;
    return false;
  }
  touch();
  return passes(fates_[index]);
}

void EditLog::touch() {
  if (touched_) return;
  touched_ = true;
  fates_.assign(given_.size(), MessageFate::passed);
  current_.assign(given_.begin(), given_.end());
}

std::span<const weir_message> EditLog::passed() {
  if (!touched_) return given_;
  passed_.clear();
  std::ranges::stable_sort(inserts_, {}, &std::pair<std::size_t, weir_message>::first);
  auto insert = inserts_.begin();
  for (std::size_t index = 0; index < given_.size(); ++index) {
    if (passes(fates_[index])) passed_.push_back(current_[index]);
    for (; insert != inserts_.end() && insert->first == index; ++insert)
      passed_.push_back(insert->second);
  }
  return passed_;
}

}  // namespace weir
