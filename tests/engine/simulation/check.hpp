#pragma once

#include "process.hpp"

#include <weir/abi.h>

#include <cstdint>
#include <map>

namespace weir::simulation {

/// The first step: rejects, drops and copies messages as their kinds say, and sees whether each
/// lane keeps its order.
class Check {
 public:
  static constexpr const char* id = "simulated-check";

  Check(Process& process, const weir_host&) : process_(process) {}

  void start() { process_.spend(std::chrono::milliseconds(1)); }
  void stop() {}

  class Worker {
   public:
    explicit Worker(Check& check) : process_(check.process_) {}
    void process(const weir_batch& batch, weir_edit& edit);
    void settled(const weir_batch& batch, bool accepted);

   private:
    struct Seen {
      std::int64_t first, commit_to;
    };

    void see_order(const weir_batch& batch);
    void treat(const weir_batch& batch, std::size_t index, weir_edit& edit);

    Process& process_;
    std::map<std::uint64_t, Seen> seen_;  // the last batch of each lane
    bool passed_ = false;                 // on a batch, and has not heard how that ended
  };

 private:
  Process& process_;
};

}  // namespace weir::simulation
