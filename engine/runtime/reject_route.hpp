#pragma once

#include "engine/runtime/batch.hpp"
#include "engine/runtime/step.hpp"

#include <weir/abi.h>

#include <cstddef>
#include <memory_resource>
#include <span>
#include <string_view>
#include <vector>

namespace weir {

/// Where rejected messages leave: a small chain of its own, one per shard. Each rejected message is
/// written once a batch, however often the step that rejected it is tried again. Used by the
/// shard's thread alone.
class RejectRoute {
 public:
  explicit RejectRoute(std::vector<Step> steps) : steps_(std::move(steps)) {}

  void begin(const Batch& batch);
  /// A new step goes to work: its indexes mean other messages than those of the step before. The
  /// list of what the steps before have rejected is lent to it, so from here on until the next step
  /// the list may grow, by one for each of the messages, and does not move.
  void begin_step(std::size_t messages) {
    written_.assign(messages, false);
    rejected_.reserve(rejected_.size() + messages);
  }

  /// Writes the letters of those rejects that have none yet. RETRY: call again, it goes on where it
  /// was refused.
  Verdict write(std::string_view stage, std::span<const weir_message> messages,
                std::span<const Reject> rejects);

  /// What the batch has lost so far, in the order of writing.
  const std::vector<weir_rejected>& rejected() const { return rejected_; }

  std::vector<Step>& steps() { return steps_; }

 private:
  void address(std::string_view stage, const weir_message& message, const Reject& reject);
  Verdict deliver();
  weir_view keep(std::string_view text);

  std::vector<Step> steps_;
  const Batch* batch_ = nullptr;
  std::vector<bool> written_;
  std::vector<weir_rejected> rejected_;
  std::vector<weir_message> letters_;  // addressed, under way
  std::size_t next_step_ = 0;          // the one that gets the letters now
  std::span<const weir_message> under_way_;
  std::pmr::monotonic_buffer_resource arena_;  // released with the batch
};

}  // namespace weir
