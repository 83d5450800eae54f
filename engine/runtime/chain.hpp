#pragma once

#include "engine/runtime/batch.hpp"
#include "engine/runtime/patience.hpp"
#include "engine/runtime/reject_route.hpp"
#include "engine/runtime/scheduler.hpp"
#include "engine/runtime/step.hpp"

#include <memory>
#include <string>
#include <vector>

namespace weir {

/// How a batch's way through the chain has ended.
struct Ending {
  /// abandoned: given up in the midst of a wait; fenced: another instance has claimed the lane.
  enum class Kind { accepted, failed, abandoned, fenced } kind = Kind::abandoned;
  Outcome outcome{};
  std::string stage{}, why{};  ///< of failed and fenced
};

/// All steps of one shard, run to completion by its thread. A step that asks for a retry gets the
/// same batch again, itself and not the steps before it.
class Chain {
 public:
  struct Link {  ///< a step still to be tied in
    std::unique_ptr<Worker> worker;
    StageFigures figures;
  };

  Chain(std::vector<Link> steps, std::vector<Link> rejects, Patience& patience,
        const Scheduler& scheduler);
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
};

}  // namespace weir
