#pragma once

#include "engine/loader/stage.hpp"
#include "engine/runtime/trace.hpp"
#include "engine/runtime/trace_answer.hpp"

#include <string_view>
#include <vector>

namespace weir {

/// Finds what became of messages: in memory, then among the letters, then in the stages that keep
/// documents by key. Takes some seconds at most; holds no lock while it asks a stage. [any]
class TraceSearch {
 public:
  /// `steps` and `rejects` are asked for what they keep, by the extensions that they offer.
  TraceSearch(const Trace& trace, std::vector<const Stage*> steps,
              std::vector<const Stage*> rejects, const Scheduler& scheduler)
      : trace_(trace),
        steps_(std::move(steps)),
        rejects_(std::move(rejects)),
        scheduler_(scheduler) {}

  TraceAnswer find(const TraceQuery& query) const;

 private:
  class Letters;
  void read_letters(const Stage& stage, const TraceQuery& query, TraceAnswer& answer) const;
  static void ask_row(const Stage& stage, std::string_view key, TraceAnswer& answer);

  const Trace& trace_;
  const std::vector<const Stage*> steps_, rejects_;
  const Scheduler& scheduler_;
};

}  // namespace weir
