#pragma once

#include "auditor.hpp"
#include "broker.hpp"
#include "letters.hpp"
#include "log_book.hpp"
#include "store.hpp"

#include <cstdint>

namespace weir::simulation {

/// What a sink does wrong on purpose, so that a run proves that it would be seen.
enum class Flaw {
  none,
  position_first,  ///< moves the position in a transaction of its own, before the rows
  blind_repeat,    ///< stores again after a doubtful commit, without a look at the position
  unfenced,        ///< stores whatever the epoch is
};

/// How often what a simulation is for has happened.
struct Tally {
  std::uint64_t crashes = 0, standstills = 0, outages = 0, faults = 0, rivals = 0;
  std::uint64_t fenced = 0;       ///< batches
  std::uint64_t done_before = 0;  ///< batches that a doubtful commit had stored after all
  std::uint64_t late_revokes = 0;
  std::uint64_t expelled = 0;  ///< members
};

/// All that is outside of the engines: the log and its broker, the store, the file of letters; and
/// who watches over them.
class World {
 public:
  World(Simulation& the_simulation, bool keeps, Flaw the_flaw)
      : simulation(the_simulation), keeps_positions(keeps), flaw(the_flaw) {}

  Simulation& simulation;
  LogBook log{1 + simulation.chance().below(3)};  // partitions
  const bool keeps_positions;
  const Flaw flaw;
  Tally tally;
  Auditor auditor{log, keeps_positions};
  Broker broker{simulation, log};
  Store store{simulation, auditor};
  Letters letters{auditor};
};

}  // namespace weir::simulation
