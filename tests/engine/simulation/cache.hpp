#pragma once

#include "process.hpp"
#include "stage_table.hpp"
#include "world.hpp"

#include <weir/abi.h>

#include <cstdint>
#include <set>
#include <string>

namespace weir::simulation {

/// The step behind the store: what it is given must be durable, and of a lane that is this
/// process's or was.
class Cache {
 public:
  static constexpr const char* id = "simulated-cache";
  static constexpr bool rebuildable = true;

  Cache(Process& process, const weir_host&) : process_(process) {}

  void start() { process_.live(); }
  void stop() {}
  void gained(std::uint64_t lane) { gained_.insert(lane); }
  void lost(std::uint64_t lane) {
    if (!gained_.contains(lane))
      process_.world().auditor.violation("lane " + std::to_string(lane) +
                                         " is lost, and was never gained");
  }

  class Worker {
   public:
    explicit Worker(Cache& cache) : cache_(cache) {}

    void process(const weir_batch& batch, weir_edit&) {
      cache_.process_.spend(std::chrono::milliseconds(1));
      Auditor& auditor = cache_.process_.world().auditor;
      if (!cache_.gained_.contains(batch.lane))
        auditor.violation("a batch of lane " + std::to_string(batch.lane) +
                          " comes, which was never gained");
      for (std::size_t i = 0; i < batch.count; ++i) {
        if (!auditor.is_stored(text(batch.origin), batch.messages[i].position))
          auditor.violation(std::string(text(batch.origin)) + " at " +
                            std::to_string(batch.messages[i].position) +
                            " has passed the store and is not in it");
      }
      if (cache_.process_.simulation().chance().one_in(30)) throw Retry("the cache is busy");
    }

   private:
    Cache& cache_;
  };

 private:
  Process& process_;
  std::set<std::uint64_t> gained_;
};

}  // namespace weir::simulation
