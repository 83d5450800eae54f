#pragma once

#include "process.hpp"
#include "stage_table.hpp"
#include "world.hpp"

#include <weir/abi.h>

#include <cstdint>
#include <vector>

namespace weir::simulation {

/// The reject route's step: writes letters.
class Mailbox {
 public:
  static constexpr const char* id = "simulated-mailbox";

  Mailbox(Process& process, const weir_host&) : process_(process) {}

  void start() { process_.live(); }
  void stop() {}

  class Worker {
   public:
    explicit Worker(Mailbox& mailbox) : process_(mailbox.process_) {}

    void process(const weir_batch& batch, weir_edit&) {
      std::vector<std::int64_t> positions;
      for (std::size_t i = 0; i < batch.count; ++i) positions.push_back(batch.messages[i].position);
      if (!process_.world().letters.write(process_, text(batch.origin), positions))
        throw Retry("the letters' disk is full");
    }

   private:
    Process& process_;
  };

 private:
  Process& process_;
};

}  // namespace weir::simulation
