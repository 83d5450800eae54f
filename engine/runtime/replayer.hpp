#pragma once

#include "engine/loader/stage.hpp"
#include "engine/observe/log.hpp"
#include "engine/runtime/lanes.hpp"
#include "engine/runtime/letter_search.hpp"
#include "engine/runtime/replay_query.hpp"
#include "engine/runtime/scheduler.hpp"
#include "engine/runtime/step.hpp"

#include <weir/ext/replay.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace weir {

/// Sends dead letters through their pipeline once more, each alone and on the asking thread:
/// through the steps before the one that takes replays (weir.replay/1), into its transaction, and
/// to the steps behind. Has workers of its own, so that no shard waits. [any]
class Replayer {
 public:
  /// Finds the step that takes replays among these. All is borrowed.
  Replayer(std::string pipeline, const std::vector<const Stage*>& steps, const Lanes& lanes,
           const Log& log, const Scheduler& scheduler);

  /// Null: no step takes replays, and nothing can be replayed.
  const Stage* taker() const { return taker_; }

  /// The steps before the taker and those behind it, in their order. [control]
  void equip(std::vector<Step> before, std::vector<Step> behind);
  /// Has the replay under way come back soon, and lets the workers go. [control]
  void end();

  /// One at a time; takes some seconds at most.
  ReplayAnswer replay(const LetterSearch& search, const ReplayQuery& query);

  /// Fills in when letters were replayed, where that can be known now.
  void date(std::vector<Letter>& letters) const;

 private:
  struct Interrupted;
  ReplayAnswer by_place(const LetterSearch& search, const ReplayQuery& query);
  ReplayAnswer by_filter(const LetterSearch& search, const ReplayQuery& query);
  bool take(const Letter& letter, const ReplayQuery& query, ReplayAnswer& answer);
  ReplayedLetter walk(const Letter& letter, bool trial);
  bool passes(Step& step, weir_batch& batch, ReplayedLetter& made);
  void store(const weir_batch& batch, bool trial, ReplayedLetter& made);
  void hand_on(const weir_batch& batch);
  std::shared_ptr<Lane> lane_of(const std::string& origin) const;
  void tell(const ReplayAnswer& answer) const;

  const std::string pipeline_;
  const Lanes& lanes_;
  const Log& log_;
  const Scheduler& scheduler_;
  const Stage* taker_ = nullptr;
  const weir_replay_1* table_ = nullptr;

  std::atomic<bool> ended_ = false;
  std::mutex mutex_;  // guards all below; the replay under way holds it
  bool equipped_ = false;
  std::vector<Step> before_, behind_;  // changed by the control thread alone, which may also look
  Scheduler::Time deadline_{};         // of the replay under way

  mutable std::atomic<Scheduler::Time::rep> quiet_until_{0};  // date() does not ask before
};

}  // namespace weir
