#pragma once

#include "engine/loader/stage.hpp"
#include "engine/loader/text.hpp"
#include "engine/runtime/edit_log.hpp"
#include "engine/runtime/figures.hpp"
#include "engine/runtime/scheduler.hpp"
#include "engine/runtime/stage_taps.hpp"

#include <chrono>
#include <memory>
#include <utility>

namespace weir {

/// One step of one shard's chain: its worker, and what it was last given.
struct Step {
  Step(std::unique_ptr<Worker> made, const StageFigures& shown, const Scheduler& time,
       EditLog::Flush flush, const StageTaps* watchers = nullptr)
      : worker(std::move(made)),
        figures(shown),
        scheduler(time),
        edits(std::make_unique<EditLog>(std::move(flush))),
        taps(watchers) {}

  const std::string& name() const { return worker->stage().name(); }

  /// Those who watch see what was done with the batch, once its edits are in force.
  void show() const {
    if (taps != nullptr && taps->watched())
      taps->show({.origin = text(given.origin),
                  .given = {given.messages, given.count},
                  .edits = edits.get()});
  }

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
  const StageTaps* taps;  // may be null
  weir_batch given{};
  Scheduler::Time ended{};  // of the last try
};

}  // namespace weir
