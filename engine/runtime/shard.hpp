#pragma once

#include "engine/runtime/chain.hpp"
#include "engine/runtime/inbox.hpp"
#include "engine/runtime/patience.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>

namespace weir {

/// Told of the first thing that stops a pipeline: which stage, and why. [any]
using Fail = std::function<void(const std::string& stage, const std::string& why)>;

/// One thread with one inbox and its own worker of each step.
class Shard {
 public:
  Shard(const BatchSpec& batch, std::size_t inbox_bytes, Bell& bell, Patience patience, Fail fail)
      : inbox_(batch, inbox_bytes, bell), patience_(std::move(patience)), fail_(std::move(fail)) {}

  Inbox& inbox() { return inbox_; }
  const Inbox& inbox() const { return inbox_; }

  /// Once, before start().
  void equip(std::vector<Chain::Link> steps, std::vector<Chain::Link> rejects) {
    chain_.emplace(std::move(steps), std::move(rejects), patience_);
  }
  void start() {
    thread_ = std::jthread([this] { run(); });
  }
  void interrupt() {
    if (chain_) chain_->interrupt();
  }
  /// Takes nothing more, finishes what is in hand, and returns when the thread has ended. The
  /// workers stay until destruction.
  void finish() {
    inbox_.close();
    if (thread_.joinable()) thread_.join();
  }

 private:
  void run() {
    while (auto batch = inbox_.take()) {
      const Ending ending = chain_->run(*batch);
      if (ending.kind == Ending::Kind::accepted) std::move(batch->ack).settle(ending.outcome);
      if (ending.kind == Ending::Kind::failed) fail_(ending.stage, ending.why);
    }
  }

  Inbox inbox_;
  Patience patience_;
  Fail fail_;
  std::optional<Chain> chain_;
  std::jthread thread_;
};

}  // namespace weir
