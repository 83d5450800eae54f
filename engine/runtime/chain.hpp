#pragma once

#include "engine/runtime/batch.hpp"
#include "engine/runtime/ending.hpp"
#include "engine/runtime/patience.hpp"
#include "engine/runtime/reject_route.hpp"
#include "engine/runtime/scheduler.hpp"
#include "engine/runtime/step.hpp"
#include "engine/runtime/tracer.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace weir {

/// All steps of one shard, run to completion by its thread. A step that asks for a retry gets the
/// same batch again, itself and not the steps before it.
class Chain {
 public:
  struct Link {  ///< a step still to be tied in
    std::unique_ptr<Worker> worker;
    StageFigures figures;
    const StageTaps* taps = nullptr;  ///< those who watch the stage
  };

  /// `trace` is told of each message's way, and may be null.
  Chain(std::vector<Link> steps, std::vector<Link> rejects, Patience& patience,
        const Scheduler& scheduler, Trace* trace = nullptr);
  /// Closes the workers, last first.
  ~Chain();
  Chain(const Chain&) = delete;
  Chain& operator=(const Chain&) = delete;

  /// Tells the steps how it ended, last first; settling the ack is left to the caller.
  Ending run(const Batch& batch);

  /// Asks every step's worker to come back soon. [any]
  void interrupt();

 private:
  Ending walk(const Batch& batch);
  Verdict complete(Step& step);
  Verdict persist(Step& step, const Batch& batch);
  Verdict flush(Step& step) {
    return rejects_.write(step.name(), {step.given.messages, step.given.count},
                          step.edits->rejects());
  }

  RejectRoute rejects_;
  std::vector<Step> steps_;
  std::size_t reached_ = 0;  // steps that have passed the batch on, so that they hear how it ended
  Patience& patience_;
  std::optional<Tracer> tracer_;
};

}  // namespace weir
