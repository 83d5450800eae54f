#pragma once

#include "process.hpp"

#include <weir/abi.h>
#include <weir/ext/lanes.h>
#include <weir/ext/positions.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace weir::simulation {

/// A member of the broker's group: claims what it is assigned, reads it as there is room, gives it
/// up when told to, and claims anew what it was fenced off from.
class Source {
 public:
  static constexpr const char* id = "simulated-source";

  Source(Process& process, const weir_host& host);

  void start();
  void stop();
  void poll(weir_emit& emit, std::chrono::milliseconds wait);
  void commit(std::uint64_t lane, std::int64_t to);
  void lost(std::uint64_t lane);

 private:
  struct Lane {
    std::uint64_t number;
    std::size_t partition;
    std::string origin;
    std::int64_t next;
    std::optional<std::int64_t> committed;
    bool fresh;  // its start is nowhere written down
  };
  struct Lent;

  void answer_broker();
  void give_up(std::chrono::milliseconds wait);
  void take_on_what_is_assigned();
  Lane claim(std::size_t partition);
  void compare_mark(const weir_claim& claim, std::size_t partition);
  bool read(Lane& lane, weir_emit& emit);
  std::uint64_t count(const Lane& lane, std::size_t room) const;

  Process& process_;
  const weir_host& host_;
  const weir_lanes_host_1& lanes_host_;
  const weir_positions_host_1& positions_host_;
  std::uint64_t member_ = 0;
  std::uint64_t numbers_ = 0;
  std::vector<std::size_t> assigned_;  // and not yet taken on
  std::vector<Lane> lanes_;
  std::optional<Scheduler::Time> rejoin_at_;
};

}  // namespace weir::simulation
