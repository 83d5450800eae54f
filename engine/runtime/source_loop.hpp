#pragma once

#include "engine/loader/stage.hpp"
#include "engine/runtime/figures.hpp"
#include "engine/runtime/lanes.hpp"
#include "engine/runtime/scheduler.hpp"
#include "engine/runtime/shard.hpp"
#include "engine/runtime/trace.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

/// The source's thread: commits what is due, polls, cuts what it gets into slices, and hands them
/// to the shards.
class SourceLoop {
 public:
  /// What is heard of the lanes: by the steps, last step first; of what was read by who watches.
  struct Hear {
    std::function<void(const Lane& lane)> lost;  ///< it is another's now
    std::function<void(const Lane& lane)> gained;
    std::function<void(const weir_batch& emitted)> read;
  };

  SourceLoop(Stage& source, const StageFigures& figures, const BatchSpec& batch,
             std::span<const std::unique_ptr<Shard>> shards, Lanes& lanes, Bell& bell,
             Patience patience, const Halt& no_more, const Halt& halt, Fail fail, Hear hear,
             Trace& trace, const Scheduler& scheduler);

  /// Polls until the source ends or fails, or no more is wanted; then until all that is under way
  /// has settled and is committed, or the halt was called. True when the source has ended by
  /// itself.
  bool run();

  /// Commits what is due now.
  void commit_due();

  weir_status revoke(std::uint64_t number, std::chrono::milliseconds wait);

  /// The lane was claimed, and goes on at `next` where that is known.
  void adopt(std::uint64_t number, std::string_view origin, std::optional<std::int64_t> next);

 private:
  struct Raw {  // standard layout: the table first, so that a pointer to it is a pointer to this
    weir_emit table;
    SourceLoop* self;
  };
  static SourceLoop& of(weir_emit* raw) { return *reinterpret_cast<Raw*>(raw)->self; }

  bool poll_until_done();
  void drain();
  void commit(Lane& lane);
  std::size_t room(std::uint64_t number);
  bool take(const weir_batch& emitted, weir_memory memory);
  bool in_order(const weir_batch& emitted);
  void fail_out_of_order(const weir_batch& emitted, std::int64_t position, std::int64_t due);
  void lose_fenced();

  Stage& source_;
  StageFigures figures_;
  const BatchSpec batch_;
  const std::span<const std::unique_ptr<Shard>> shards_;
  Lanes& lanes_;
  Bell& bell_;
  Patience patience_;
  const Halt& no_more_;  // called: no more messages are wanted
  const Halt& halt_;     // called: nothing is waited for
  Fail fail_;
  Hear hear_;
  Trace& trace_;
  const Scheduler& scheduler_;

  Raw raw_;
  bool no_room_ = false;  // a lane was refused room since the poll began
  Scheduler::Time commit_warned_{};
};

}  // namespace weir
