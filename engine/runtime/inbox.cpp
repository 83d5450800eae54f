#include "engine/runtime/inbox.hpp"

#include <algorithm>
#include <utility>

namespace weir {

std::size_t Inbox::room(std::uint64_t lane) const {
  const std::scoped_lock lock(mutex_);
  if (closed_ || fill_.bytes >= bytes_limit_) return 0;
  const auto queue = queues_.find(lane);
  const std::size_t waiting = queue == queues_.end() ? 0 : queue->second.messages;
  return waiting >= batch_.messages ? 0 : batch_.messages - waiting;
}

void Inbox::put(Slice&& slice) {
  {
    const std::scoped_lock lock(mutex_);
    if (closed_) return;
    Queue& queue = queues_[slice.lane->number()];
    if (queue.slices.empty()) turns_.push_back(slice.lane->number());
    queue.messages += slice.messages.size();
    fill_.messages += slice.messages.size();
    fill_.bytes += slice.bytes;
    queue.slices.push_back(std::move(slice));
  }
  filled_->notify_all();
}

Batch Inbox::cut(Queue& queue) {
  std::size_t bytes = queue.slices.front().bytes;
  const auto pop = [&] {
    Slice slice = std::move(queue.slices.front());
    queue.slices.pop_front();
    queue.messages -= slice.messages.size();
    fill_.messages -= slice.messages.size();
    fill_.bytes -= slice.bytes;
    return slice;
  };
  Batch batch(pop());
  while (!queue.slices.empty() &&
         batch.messages.size() + queue.slices.front().messages.size() <= batch_.messages &&
         bytes + queue.slices.front().bytes <= batch_.bytes) {
    bytes += queue.slices.front().bytes;
    batch.append(pop());
  }
  return batch;
}

std::optional<Batch> Inbox::take() {
  std::optional<Batch> batch;
  {
    std::unique_lock lock(mutex_);
    filled_->wait(lock, [this] { return closed_ || !turns_.empty(); });
    if (closed_) return std::nullopt;
    const std::uint64_t lane = turns_.front();
    turns_.pop_front();
    const auto queue = queues_.find(lane);
    batch.emplace(cut(queue->second));
    if (queue->second.slices.empty()) {
      queues_.erase(queue);
    } else {
      turns_.push_back(lane);
    }
  }
  bell_.ring();
  return batch;
}

void Inbox::forget(std::uint64_t lane) {
  Queue forgotten;  // its acks settle, and so take other locks, after this one is free
  {
    const std::scoped_lock lock(mutex_);
    const auto queue = queues_.find(lane);
    if (queue == queues_.end()) return;
    forgotten = std::move(queue->second);
    queues_.erase(queue);
    std::erase(turns_, lane);
    for (const auto& slice : forgotten.slices) {
      fill_.messages -= slice.messages.size();
      fill_.bytes -= slice.bytes;
    }
  }
  bell_.ring();
}

void Inbox::close() {
  std::map<std::uint64_t, Queue> forgotten;
  {
    const std::scoped_lock lock(mutex_);
    closed_ = true;
    forgotten.swap(queues_);
    turns_.clear();
    fill_ = {};
  }
  filled_->notify_all();
}

Inbox::Fill Inbox::fill() const {
  const std::scoped_lock lock(mutex_);
  return fill_;
}

}  // namespace weir
