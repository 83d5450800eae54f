#include "engine/runtime/reject_route.hpp"

#include "engine/loader/text.hpp"

#include <algorithm>
#include <cstring>

namespace weir {

void RejectRoute::begin(const Batch& batch) {
  batch_ = &batch;
  rejected_.clear();
  letters_.clear();
  under_way_ = {};
  next_step_ = 0;
  arena_.release();
}

weir_view RejectRoute::keep(std::string_view text) {
  if (text.empty()) return {"", 0};
  auto* copy = static_cast<char*>(arena_.allocate(text.size(), 1));
  std::memcpy(copy, text.data(), text.size());
  return {copy, text.size()};
}

void RejectRoute::address(std::string_view stage, const weir_message& message,
                          const Reject& reject) {
  const std::size_t count = message.header_count + 3 + (reject.pointer ? 1 : 0);
  auto* headers =
      static_cast<weir_header*>(arena_.allocate(count * sizeof(weir_header), alignof(weir_header)));
  auto* next = std::copy_n(message.headers, message.header_count, headers);
  const weir_view code = keep(reject.code);
  *next++ = {view(WEIR_HEADER_STAGE), keep(stage)};
  *next++ = {view(WEIR_HEADER_CODE), code};
  *next++ = {view(WEIR_HEADER_REASON), keep(reject.reason)};
  if (reject.pointer) *next++ = {view(WEIR_HEADER_POINTER), keep(*reject.pointer)};
  weir_message letter = message;
  letter.headers = headers;
  letter.header_count = count;
  letters_.push_back(letter);
  rejected_.push_back({message.position, code});
}

Verdict RejectRoute::write(std::string_view stage, std::span<const weir_message> messages,
                           std::span<const Reject> rejects) {
  if (!letters_.empty()) {  // a refused delivery comes first
    if (Verdict verdict = deliver(); verdict.status != WEIR_OK) return verdict;
  }
  if (steps_.empty() && !rejects.empty()) {
    const Reject& first = rejects.front();
    return {WEIR_FAILED,
            "a message was rejected (" + first.code + ": " + first.reason +
                "), and the pipeline has no reject route; add `rejects:` with a dead-letter-log"};
  }
  for (const Reject& reject : rejects) {
    if (written_[reject.index]) continue;
    written_[reject.index] = true;
    address(stage, messages[reject.index], reject);
  }
  return letters_.empty() ? Verdict{} : deliver();
}

Verdict RejectRoute::deliver() {
  if (next_step_ == 0) under_way_ = letters_;
  for (; next_step_ < steps_.size(); ++next_step_) {
    Step& step = steps_[next_step_];
    step.given = {.size = sizeof(weir_batch),
                  .messages = under_way_.data(),
                  .count = under_way_.size(),
                  .lane = batch_->lane->number(),
                  .origin = view(batch_->lane->origin()),
                  .first = batch_->first,
                  .commit_to = batch_->commit_to,
                  .rejected = nullptr,
                  .rejected_count = 0,
                  .last = -1,
                  .mark = 0};
    Verdict verdict = step.process();
    if (verdict.status == WEIR_RETRY) step.figures.retries.add(1);
    if (verdict.status != WEIR_OK) {
      verdict.why = "the reject route's `" + step.name() + "`: " + verdict.why;
      return verdict;
    }
    if (!step.edits->rejects().empty()) {
      return {WEIR_FAILED, "the reject route's `" + step.name() +
                               "` rejected a message itself; nothing catches that, so mend it"};
    }
    step.figures.in.add(static_cast<double>(under_way_.size()));
    under_way_ = step.edits->passed();
    step.show();
  }
  letters_.clear();
  next_step_ = 0;
  return {};
}

}  // namespace weir
