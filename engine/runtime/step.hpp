#pragma once

#include "engine/loader/stage.hpp"
#include "engine/runtime/edit_log.hpp"
#include "engine/runtime/figures.hpp"
#include "engine/runtime/scheduler.hpp"

#include <chrono>
#include <memory>
#include <utility>

namespace weir {

/// One step of one shard's chain: its worker, and what it was last given.
struct Step {
  Step(std::unique_ptr<Worker> made, const StageFigures& shown, const Scheduler& time,
       EditLog::Flush flush)
      : worker(std::move(made)),
        figures(shown),
        scheduler(time),
        edits(std::make_unique<EditLog>(std::move(flush))) {}

  const std::string& name() const { return worker->stage().name(); }

  /// One try with the batch that it was given.
  Verdict process() {
    edits->begin({given.messages, given.count});
    const auto before = scheduler.now();
    Verdict verdict = worker->process(given, edits->raw());
    ended = scheduler.now();
    figures.duration.observe(std::chrono::duration<double>(ended - before).count());
    if (verdict.status == WEIR_OK && !edits->misuse().empty()) {
      return {WEIR_FAILED, edits->misuse() + "; mend the plugin"};
    }
    if (verdict.status == WEIR_END) return {WEIR_FAILED, "a step has no end; mend the plugin"};
    return verdict;
  }

  std::unique_ptr<Worker> worker;
  StageFigures figures;
  const Scheduler& scheduler;
  std::unique_ptr<EditLog> edits;
  weir_batch given{};
  Scheduler::Time ended{};  // of the last try
};

}  // namespace weir
