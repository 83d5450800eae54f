#include "engine/runtime/chain.hpp"

#include "engine/loader/mark.hpp"
#include "engine/loader/text.hpp"

namespace weir {
namespace {

std::vector<Step> tied(std::vector<Chain::Link> links, const Scheduler& scheduler) {
  std::vector<Step> steps;
  for (auto& link : links) {
    steps.emplace_back(
        std::move(link.worker), link.figures, scheduler,
        [](weir_error*) { return weir_status{WEIR_OK}; }, link.taps);
  }
  return steps;
}

}  // namespace

Chain::Chain(std::vector<Link> steps, std::vector<Link> rejects, Patience& patience,
             const Scheduler& scheduler, Trace* trace)
    : rejects_(tied(std::move(rejects), scheduler)), patience_(patience) {
  if (trace != nullptr) tracer_.emplace(*trace, scheduler);
  steps_.reserve(steps.size());
  for (auto& link : steps) {
    const std::size_t index = steps_.size();
    steps_.emplace_back(
        std::move(link.worker), link.figures, scheduler,
        [this, index](weir_error* error) {
          const Verdict verdict = flush(steps_[index]);
          tell(error, verdict.why);
          return verdict.status;
        },
        link.taps);
  }
}

Chain::~Chain() {
  while (!steps_.empty()) steps_.pop_back();
}

/// One try of a step, and the letters of what it rejected.
Verdict Chain::complete(Step& step) {
  Verdict verdict = step.process();
  return verdict.status == WEIR_OK ? flush(step) : verdict;
}

/// Tries until it is done, fails, or is given up (RETRY).
Verdict Chain::persist(Step& step, const Batch& batch) {
  for (Verdict verdict = complete(step);; verdict = complete(step)) {
    if (verdict.status != WEIR_RETRY) {
      patience_.over();
      return verdict;
    }
    step.figures.retries.add(1);
    if (!patience_.wait(step.name(), verdict.why, batch.lane.get())) {
      patience_.over();
      return verdict;
    }
  }
}

Ending Chain::walk(const Batch& batch) {
  Outcome outcome{.accepted = true};
  std::span<const weir_message> current = batch.messages;
  const bool none = batch.messages.empty();
  const std::int64_t last = none ? -1 : batch.messages.back().position;
  const std::uint64_t mark = none ? 0 : mark_of(batch.messages.back());
  for (Step& step : steps_) {
    rejects_.begin_step(current.size());
    step.given = {.size = sizeof(weir_batch),
                  .messages = current.data(),
                  .count = current.size(),
                  .lane = batch.lane->number(),
                  .origin = view(batch.lane->origin()),
                  .first = batch.first,
                  .commit_to = batch.commit_to,
                  .rejected = rejects_.rejected().data(),
                  .rejected_count = rejects_.rejected().size(),
                  .last = last,
                  .mark = mark};
    const Verdict verdict = persist(step, batch);
    if (verdict.status == WEIR_RETRY) return {.kind = Ending::Kind::abandoned};
    if (verdict.status != WEIR_OK) {
      const bool fenced = verdict.status == WEIR_FENCED;
      return {.kind = fenced ? Ending::Kind::fenced : Ending::Kind::failed,
              .stage = step.name(),
              .why = verdict.why};
    }
    current = step.edits->passed();
    if (tracer_) tracer_->done(reached_, step);
    step.show();
    ++reached_;
    step.figures.in.add(static_cast<double>(step.given.count));
    step.figures.rejected.add(static_cast<double>(step.edits->rejects().size()));
    step.figures.dropped.add(static_cast<double>(step.edits->dropped()));
    outcome.rejected += step.edits->rejects().size();
    outcome.dropped += step.edits->dropped();
    outcome.inserted += step.edits->inserts().size();
  }
  outcome.stored = current.size();
  return {.kind = Ending::Kind::accepted, .outcome = outcome};
}

Ending Chain::run(const Batch& batch) {
  rejects_.begin(batch);
  reached_ = 0;
  if (tracer_) tracer_->begin(batch);
  Ending ending = walk(batch);
  while (reached_ > 0) {
    Step& step = steps_[--reached_];
    if (!step.worker->wants_settled()) continue;
    step.given.rejected = rejects_.rejected().data();  // it may have moved as the list grew
    step.worker->settled(step.given, ending.kind == Ending::Kind::accepted);
  }
  if (tracer_) tracer_->settled(ending.kind);
  return ending;
}

void Chain::interrupt() {
  for (Step& step : steps_) step.worker->interrupt();
  for (Step& step : rejects_.steps()) step.worker->interrupt();
}

}  // namespace weir
