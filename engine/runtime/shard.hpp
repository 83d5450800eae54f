#pragma once

#include "engine/runtime/chain.hpp"
#include "engine/runtime/inbox.hpp"
#include "engine/runtime/patience.hpp"
#include "engine/runtime/scheduler.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace weir {

/// Told of the first thing that stops a pipeline: which stage, and why. [any]
using Fail = std::function<void(const std::string& stage, const std::string& why)>;

/// One thread with one inbox and its own worker of each step.
class Shard {
 public:
  Shard(const BatchSpec& batch, std::size_t inbox_bytes, Bell& bell, Patience patience, Fail fail,
        Scheduler& scheduler)
      : scheduler_(scheduler),
        inbox_(batch, inbox_bytes, bell, scheduler),
        patience_(std::move(patience)),
        fail_(std::move(fail)) {}

  Inbox& inbox() { return inbox_; }
  const Inbox& inbox() const { return inbox_; }

  /// Once, before start().
  void equip(std::vector<Chain::Link> steps, std::vector<Chain::Link> rejects,
             Trace* trace = nullptr) {
    chain_.emplace(std::move(steps), std::move(rejects), patience_, scheduler_, trace);
  }
  void start() {
    thread_ = scheduler_.start([this] { run(); });
  }
  /// Takes nothing more, asks the workers to come back, and returns when the thread has ended. They
  /// are asked again and again: a call that begins just after it was interrupted knows nothing of
  /// it. The workers stay until destruction.
  void finish() {
    inbox_.close();
    if (!thread_) return;
    while (!thread_->ends_within(between_interrupts)) chain_->interrupt();
    thread_.reset();
  }

 private:
  static constexpr std::chrono::milliseconds between_interrupts{20};

  void run() {
    while (auto batch = inbox_.take()) {
      if (batch->lane->over()) continue;
      const Ending ending = chain_->run(*batch);
      switch (ending.kind) {
        case Ending::Kind::accepted:
          std::move(batch->ack).settle(ending.outcome);
          break;
        case Ending::Kind::failed:
          fail_(ending.stage, ending.why);
          break;
        case Ending::Kind::fenced:
          batch->lane->fence();
          inbox_.forget(batch->lane->number());
          break;
        case Ending::Kind::abandoned:
          break;
      }
    }
  }

  Scheduler& scheduler_;
  Inbox inbox_;
  Patience patience_;
  Fail fail_;
  std::optional<Chain> chain_;
  std::unique_ptr<Scheduler::Thread> thread_;
};

}  // namespace weir
