#pragma once

#include "log_book.hpp"

#include "engine/runtime/snapshot.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace weir::simulation {

/// What one source has emitted of each lane, and so what the engine's books of it must say: counted
/// anew from the log, message by message.
class Books {
 public:
  /// The lane's messages begin at that position.
  void begin(std::uint64_t lane, std::size_t partition, std::int64_t position) {
    lanes_[lane] = {.partition = partition, .first = position, .emitted = 0, .offered = 0};
  }
  /// So many more are handed over; the engine may take them in one by one.
  void offer(std::uint64_t lane, std::size_t messages) { lanes_.at(lane).offered += messages; }
  /// Whether it has taken them.
  void answer(std::uint64_t lane, bool taken) {
    Lane& books = lanes_.at(lane);
    (taken ? books.emitted : books.offered) = taken ? books.offered : books.emitted;
  }

  /// What is wrong with the engine's books of a lane; nothing, if nothing is. `moody`: whether the
  /// store rejects the moody ones.
  std::optional<std::string> fault(const LaneSnapshot& shown, const LogBook& log, bool moody) const;

 private:
  struct Lane {
    std::size_t partition;
    std::int64_t first;
    std::uint64_t emitted, offered;
  };

  std::map<std::uint64_t, Lane> lanes_;
};

}  // namespace weir::simulation
