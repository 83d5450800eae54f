#pragma once

#include "engine/pipeline/spec.hpp"
#include "engine/runtime/batch.hpp"
#include "engine/runtime/bell.hpp"
#include "engine/runtime/scheduler.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

namespace weir {

/// What waits for one shard, lane by lane: at most one batch a lane, and `bytes` in all. The
/// source's thread puts, the shard's thread takes; lanes take turns. [any]
class Inbox {
 public:
  Inbox(BatchSpec batch, std::size_t bytes, Bell& room_made, Scheduler& scheduler)
      : batch_(batch), bytes_limit_(bytes), bell_(room_made), filled_(scheduler.condition()) {}

  /// Messages that the lane may put now.
  std::size_t room(std::uint64_t lane) const;

  void put(Slice&& slice);

  /// All that waits of the next lane, up to the batch's limits. Waits for it; nothing after
  /// close().
  std::optional<Batch> take();

  /// Forgets what waits of a lane; its acks fail.
  void forget(std::uint64_t lane);

  /// Wakes the taker for good; what waits is forgotten.
  void close();

  struct Fill {
    std::size_t messages = 0, bytes = 0;
  };
  Fill fill() const;

 private:
  struct Queue {
    std::deque<Slice> slices;
    std::size_t messages = 0;
  };

  Batch cut(Queue& queue);

  const BatchSpec batch_;
  const std::size_t bytes_limit_;
  Bell& bell_;
  std::unique_ptr<Scheduler::Condition> filled_;

  mutable std::mutex mutex_;  // guards all below
  std::map<std::uint64_t, Queue> queues_;
  std::deque<std::uint64_t>
      turns_;  // lanes with something waiting, in the order in which they are served
  Fill fill_;
  bool closed_ = false;
};

}  // namespace weir
