#pragma once

#include "engine/runtime/bell.hpp"
#include "engine/runtime/commit_tracker.hpp"
#include "engine/runtime/scheduler.hpp"
#include "engine/runtime/snapshot.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace weir {

/// How a batch has ended, and what became of its messages.
struct Outcome {
  bool accepted = false;
  std::uint64_t stored = 0, rejected = 0, dropped = 0, inserted = 0;
};

/// One lane while it is assigned: its ledger and its books. Shared by the source's thread, the
/// shard it lives on and whatever still travels when it is revoked, which is why nobody owns it
/// alone. [any]
class Lane {
 public:
  Lane(std::uint64_t number, std::string origin, std::uint32_t shard, Bell& settled,
       const Scheduler& scheduler)
      : number_(number),
        origin_(std::move(origin)),
        shard_(shard),
        bell_(settled),
        scheduler_(scheduler) {}

  std::uint64_t number() const { return number_; }
  const std::string& origin() const { return origin_; }
  std::uint32_t shard() const { return shard_; }

  std::uint64_t open(std::int64_t commit_to, std::size_t messages);
  void settle(std::uint64_t first, std::uint64_t last, const Outcome& outcome);

  /// What may be committed and was not yet.
  std::optional<std::int64_t> due() const;
  void committed(std::int64_t position);

  bool idle() const;
  /// Whether a commit is overdue: time since work began to wait for one; nullopt when nothing
  /// waits.
  std::optional<std::chrono::steady_clock::duration> commit_age() const;

  /// The lane belongs to somebody else now: what settles from here on counts for nothing.
  void lose() { lost_.store(true, std::memory_order_release); }
  bool lost() const { return lost_.load(std::memory_order_acquire); }

  /// A step has learnt that another instance claimed it; the source's thread has yet to hear of it.
  void fence() {
    lose();
    fenced_.store(true, std::memory_order_release);
  }
  bool fenced() const { return fenced_.load(std::memory_order_acquire); }

  /// Nothing more of it is worked on: it is another's, or some batch has failed, which what stands
  /// behind must not overtake.
  bool over() const;

  /// Where the next emission has to begin; nullopt: the first one may begin anywhere. [data]
  std::optional<std::int64_t> next() const { return next_; }
  void set_next(std::int64_t position) { next_ = position; }

  LaneSnapshot snapshot() const;

 private:
  const std::uint64_t number_;
  const std::string origin_;
  const std::uint32_t shard_;
  Bell& bell_;
  const Scheduler& scheduler_;
  std::atomic<bool> lost_ = false;
  std::atomic<bool> fenced_ = false;
  std::optional<std::int64_t> next_;  // the source's thread's own

  mutable std::mutex mutex_;  // guards all below
  CommitTracker tracker_;
  std::optional<std::int64_t> committed_;
  Scheduler::Time moved_{};  // when the lane last had nothing open, or committed
  std::optional<Scheduler::Wall> last_read_at_;
  std::uint64_t read_ = 0, inserted_ = 0, stored_ = 0, rejected_ = 0, dropped_ = 0;
};

/// The acknowledgement of some work, settled exactly once. Destroyed unsettled it settles as
/// failed, so that no path commits by accident. Used by one thread at a time.
class [[nodiscard]] Ack {
 public:
  Ack(std::shared_ptr<Lane> lane, std::uint64_t ticket)
      : lane_(std::move(lane)), first_(ticket), last_(ticket) {}
  Ack(Ack&& other) noexcept = default;
  Ack& operator=(Ack&&) = delete;
  ~Ack() {
    if (lane_) lane_->settle(first_, last_, Outcome{});
  }

  void settle(const Outcome& outcome) && {
    lane_->settle(first_, last_, outcome);
    lane_.reset();
  }

  /// Takes over the ack of the work that follows on the same lane.
  void absorb(Ack&& next) {
    last_ = next.last_;
    next.lane_.reset();
  }

 private:
  std::shared_ptr<Lane> lane_;
  std::uint64_t first_, last_;
};

}  // namespace weir
