#include "engine/runtime/lane.hpp"

namespace weir {

std::uint64_t Lane::open(std::int64_t commit_to, std::size_t messages) {
  const std::scoped_lock lock(mutex_);
  if (tracker_.idle()) moved_ = scheduler_.now();
  read_ += messages;
  if (messages > 0) last_read_at_ = scheduler_.wall();
  return tracker_.open(commit_to);
}

void Lane::settle(std::uint64_t first, std::uint64_t last, const Outcome& outcome) {
  {
    const std::scoped_lock lock(mutex_);
    tracker_.settle(first, last, outcome.accepted);
    inserted_ += outcome.inserted;
    stored_ += outcome.stored;
    rejected_ += outcome.rejected;
    dropped_ += outcome.dropped;
  }
  bell_.ring();
}

std::optional<std::int64_t> Lane::due() const {
  const std::scoped_lock lock(mutex_);
  return tracker_.due() == committed_ ? std::nullopt : tracker_.due();
}

void Lane::committed(std::int64_t position) {
  const std::scoped_lock lock(mutex_);
  committed_ = position;
  moved_ = scheduler_.now();
}

bool Lane::over() const {
  if (lost()) return true;
  const std::scoped_lock lock(mutex_);
  return tracker_.walled();
}

bool Lane::idle() const {
  const std::scoped_lock lock(mutex_);
  return tracker_.idle();
}

std::optional<std::chrono::steady_clock::duration> Lane::commit_age() const {
  const std::scoped_lock lock(mutex_);
  if (tracker_.idle() && !tracker_.walled() && tracker_.due() == committed_) return std::nullopt;
  return scheduler_.now() - moved_;
}

LaneSnapshot Lane::snapshot() const {
  const std::scoped_lock lock(mutex_);
  return {.origin = origin_,
          .lane = number_,
          .shard = shard_,
          .position = committed_,
          .read = read_,
          .inserted = inserted_,
          .stored = stored_,
          .rejected = rejected_,
          .dropped = dropped_,
          .in_flight = read_ + inserted_ - stored_ - rejected_ - dropped_,
          .last_read_at = last_read_at_};
}

}  // namespace weir
