#include "engine/runtime/commit_tracker.hpp"

#include <algorithm>

namespace weir {

std::uint64_t CommitTracker::open(std::int64_t commit_to) {
  entries_.push_back({commit_to});
  ++open_;
  return front_ + entries_.size() - 1;
}

void CommitTracker::settle(std::uint64_t first, std::uint64_t last, bool accepted) {
  for (std::uint64_t ticket = std::max(first, front_);
       ticket <= last && ticket < front_ + entries_.size(); ++ticket) {
    Entry& entry = entries_[ticket - front_];
    if (entry.fate != Fate::open) continue;
    entry.fate = accepted ? Fate::accepted : Fate::failed;
    walled_ = walled_ || !accepted;
    --open_;
  }
  while (!entries_.empty() && entries_.front().fate == Fate::accepted) {
    due_ = entries_.front().commit_to;
    entries_.pop_front();
    ++front_;
  }
}

}  // namespace weir
