#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

namespace weir {

/// Which position of one lane may be committed: the end of the longest run of accepted tickets from
/// the start. A failed ticket is a wall: nothing at or behind it ever becomes due. Not thread-safe;
/// its lane guards it.
class CommitTracker {
 public:
  /// A ticket for work that ends at `commit_to`; tickets ascend by one.
  std::uint64_t open(std::int64_t commit_to);

  /// Settles the open tickets of [first, last]; a ticket that is settled already keeps its fate.
  void settle(std::uint64_t first, std::uint64_t last, bool accepted);

  std::optional<std::int64_t> due() const { return due_; }
  bool idle() const { return open_ == 0; }
  bool walled() const { return walled_; }

 private:
  enum class Fate { open, accepted, failed };
  struct Entry {
    std::int64_t commit_to;
    Fate fate = Fate::open;
  };

  std::deque<Entry> entries_;  // from the first ticket that is not accepted with all before it
  std::uint64_t front_ = 0;    // its number
  std::size_t open_ = 0;
  bool walled_ = false;
  std::optional<std::int64_t> due_;
};

}  // namespace weir
