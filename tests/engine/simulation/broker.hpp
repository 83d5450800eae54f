#pragma once

#include "log_book.hpp"
#include "process.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace weir::simulation {

/// A group of consumers that share the log's partitions, all of them given up and assigned anew
/// whenever one comes, goes, or is not heard of for a second.
class Broker {
 public:
  using Time = Scheduler::Time;

  Broker(Simulation& simulation, const LogBook& log)
      : simulation_(simulation), log_(log), committed_(log.partitions()) {}

  /// A new member, which waits for its partitions.
  std::uint64_t join(const Process& process);
  void leave(std::uint64_t member);

  /// What a member is to do.
  enum class Call {
    nothing,
    take_on,  ///< partitions()
    give_up,  ///< all its partitions, and then give_up()
    expelled  ///< the group goes on without it
  };
  Call hear(std::uint64_t member);
  std::vector<std::size_t> partitions(std::uint64_t member);
  /// It has nothing any more, and waits for partitions; asks for them where nobody else did.
  void give_up(std::uint64_t member);

  /// Of who is no member any more, or has other partitions now, nothing is taken.
  void commit(std::uint64_t member, std::size_t partition, std::int64_t position);
  std::int64_t committed(std::size_t partition) const { return committed_[partition]; }

  /// The process is no more.
  void forget(const Process& process);

 private:
  enum class Phase { waits, assigned, owns, gives_up };
  struct Member {
    const Process* process;  // null: it is no more
    Phase phase;
    Time seen;
    std::vector<std::size_t> partitions;
  };

  void look_for_silent_ones();
  void rebalance();
  void assign_when_all_wait();

  Simulation& simulation_;
  const LogBook& log_;
  std::map<std::uint64_t, Member> members_;
  std::uint64_t joined_ = 0;
  std::optional<Time> rebalancing_since_;
  std::vector<std::int64_t> committed_;
};

}  // namespace weir::simulation
