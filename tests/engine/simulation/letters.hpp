#pragma once

#include "auditor.hpp"
#include "process.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace weir::simulation {

/// The file of dead letters: a letter that was written stays, whatever its writer heard of it.
class Letters {
 public:
  explicit Letters(Auditor& auditor) : auditor_(auditor) {}

  /// False: to be tried again; the letters may be there even so.
  bool write(const Process& process, std::string_view origin,
             std::span<const std::int64_t> positions) {
    process.spend(std::chrono::milliseconds(1));
    Chance& chance = process.simulation().chance();
    if (process.now() < away_until_ || chance.one_in(50)) return false;
    for (const std::int64_t position : positions) auditor_.letter(origin, position);
    process.spend(std::chrono::milliseconds(1));
    return !chance.one_in(50);
  }

  void go_away_until(Scheduler::Time time) { away_until_ = time; }

 private:
  Auditor& auditor_;
  Scheduler::Time away_until_{};
};

}  // namespace weir::simulation
