#pragma once

#include "engine/runtime/tap.hpp"

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace weir {

/// Those who watch one stage. While nobody does, a batch costs one relaxed load. [any]
class StageTaps {
 public:
  StageTaps(std::string stage, const Scheduler& scheduler)
      : stage_(std::move(stage)), scheduler_(scheduler) {}

  const std::string& stage() const { return stage_; }

  /// Whether a batch is to be shown. [data]
  bool watched() const { return watched_.load(std::memory_order_relaxed); }
  /// Copies what the watchers want to see; waits for nobody but for a moment. [data]
  void show(const Passage& passage) const;

  /// Null where no more may watch, or nothing more will pass.
  std::shared_ptr<Tap> open(std::string filter);
  void close(const std::shared_ptr<Tap>& tap);
  /// Nothing passes any more.
  void end();

 private:
  static constexpr std::size_t most = 8;  // taps: each copies up to 200 messages a second

  std::vector<std::shared_ptr<Tap>> taps() const {
    const std::scoped_lock lock(mutex_);
    return taps_;
  }

  const std::string stage_;
  const Scheduler& scheduler_;
  std::atomic<bool> watched_ = false;
  mutable std::mutex mutex_;                // guards all below
  std::vector<std::shared_ptr<Tap>> taps_;  // shared with shards that are just showing something
  bool over_ = false;
};

/// A tap that is open as long as this lives. Must not outlive the pipeline.
class Watching {
 public:
  Watching(StageTaps& stage, std::shared_ptr<Tap> tap) : stage_(stage), tap_(std::move(tap)) {}
  ~Watching() { stage_.close(tap_); }
  Watching(const Watching&) = delete;
  Watching& operator=(const Watching&) = delete;

  Tap::Seen take() { return tap_->take(); }

 private:
  StageTaps& stage_;
  std::shared_ptr<Tap> tap_;
};

/// A tap, or why there is none.
struct TapOpening {
  enum class Refusal { none, no_pipeline, no_stage, not_now } refusal = Refusal::none;
  std::unique_ptr<Watching> watching{};
};

}  // namespace weir
