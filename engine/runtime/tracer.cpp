#include "engine/runtime/tracer.hpp"

namespace weir {

void Tracer::begin(const Batch& batch) {
  batches_.clear();
  parts_.clear();
  edited_ = false;
  for (const Batch::Part& part : batch.parts) {
    if (part.noted == Noted{}) continue;  // it has no messages
    batches_.push_back(part.noted.batch);
    parts_.push_back(part);
  }
  if (batches_.empty()) return;
  began_ = last_ = scheduler_.now();
  wall_ = scheduler_.wall();
}

Trace::Number Tracer::note_of(std::size_t index) const {
  if (edited_) return notes_[index];
  std::size_t begin = 0;
  for (const Batch::Part& part : parts_) {
    if (index < part.end) return part.noted.first + (index - begin);
    begin = part.end;
  }
  return 0;
}

void Tracer::note_changes(const EditLog& edits) {
  changes_.clear();
  const auto fates = edits.fates();
  for (std::size_t index = 0; index < fates.size(); ++index) {
    if (fates[index] == MessageFate::replaced || fates[index] == MessageFate::dropped)
      changes_.push_back({note_of(index), fates[index], nullptr});
  }
  for (const Reject& reject : edits.rejects())
    changes_.push_back({note_of(reject.index), MessageFate::rejected, &reject});
}

/// Which notes belong to the messages that pass on, in their order.
void Tracer::follow(const EditLog& edits, Noted inserted) {
  const auto fates = edits.fates();
  next_.clear();
  auto insert = edits.inserts().begin();
  Trace::Number number = inserted.first;
  for (std::size_t index = 0; index < fates.size(); ++index) {
    if (fates[index] == MessageFate::passed || fates[index] == MessageFate::replaced)
      next_.push_back(note_of(index));
    for (; insert != edits.inserts().end() && insert->first == index; ++insert)
      next_.push_back(inserted == Noted{} ? 0 : number++);
  }
  notes_.swap(next_);
  edited_ = true;
}

void Tracer::done(std::size_t index, const Step& step) {
  if (batches_.empty()) return;
  const EditLog& edits = *step.edits;
  const bool edited = edits.touched();
  changes_.clear();
  if (edited) note_changes(edits);
  const double seconds = std::chrono::duration<double>(step.ended - last_).count();
  last_ = step.ended;
  const Noted inserted = trace_.done({.batches = batches_,
                                      .step = index,
                                      .at = wall(step.ended),
                                      .seconds = seconds,
                                      .changes = changes_,
                                      .inserted = edits.inserts()});
  if (!edited) return;
  follow(edits, inserted);
  if (inserted != Noted{}) batches_.push_back(inserted.batch);
}

void Tracer::settled(Ending::Kind kind) {
  if (!batches_.empty()) trace_.settled(batches_, kind, wall(scheduler_.now()));
}

}  // namespace weir
