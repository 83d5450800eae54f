#pragma once

#include "engine/runtime/batch.hpp"
#include "engine/runtime/step.hpp"
#include "engine/runtime/trace.hpp"

#include <cstdint>
#include <vector>

namespace weir {

/// One shard's hand in the trace: knows which note is whose while steps edit the batch in hand.
/// Used by the shard's thread alone.
class Tracer {
 public:
  Tracer(Trace& trace, const Scheduler& scheduler) : trace_(trace), scheduler_(scheduler) {}

  void begin(const Batch& batch);
  /// The step has returned OK, and its edits are in force.
  void done(std::size_t index, const Step& step);
  void settled(Ending::Kind kind);

 private:
  void note_changes(const EditLog& edits);
  void follow(const EditLog& edits, Noted inserted);
  Trace::Number note_of(std::size_t index) const;
  Scheduler::Wall wall(Scheduler::Time time) const {
    return wall_ + std::chrono::duration_cast<std::chrono::microseconds>(time - began_);
  }

  Trace& trace_;
  const Scheduler& scheduler_;
  std::vector<Trace::Number> batches_;  // in hand: none, where the batch is empty
  std::vector<Batch::Part> parts_;      // its messages, as they were read
  bool edited_ = false;                 // so that `notes_` says which note is whose
  std::vector<Trace::Number> notes_, next_;
  std::vector<Trace::Change> changes_;
  Scheduler::Wall wall_{};            // when the batch was taken
  Scheduler::Time began_{}, last_{};  // the same, and when the step before was done
};

}  // namespace weir
