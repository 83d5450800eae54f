#pragma once

#include "simulation.hpp"
#include "world.hpp"

#include "engine/loader/registry.hpp"
#include "engine/observe/log.hpp"
#include "engine/observe/metrics.hpp"
#include "engine/pipeline/spec.hpp"
#include "engine/runtime/pipeline.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace weir::simulation {

/// What a seed came to.
struct Report {
  std::optional<std::string> violation;
  std::uint64_t fingerprint = 0;  ///< of who ran when
  std::uint64_t steps = 0;
  Tally tally{};
};

/// One seed: two instances of one pipeline, the real engine with simulated stages, over one log and
/// one store; some seconds of misfortune, then calm, in which everything must come to its end.
class Scenario {
 public:
  /// What a run shares with others: nothing that it could see.
  struct Engine {
    const Registry& registry;
    const Log& log;
    Metrics& metrics;
  };

  Scenario(std::uint64_t seed, Flaw flaw, Engine engine);

  /// Throws Stuck; the scenario cannot be destroyed then.
  Report run();

 private:
  struct Instance {
    std::unique_ptr<Process> process;
    std::unique_ptr<Pipeline> pipeline;
    bool leaving = false;
  };

  PipelineSpec draw_spec(bool keeps);
  void direct();
  void misfortune();
  void calm();
  void stop_all();
  void look_after_failed_ones();
  void produce();

  void launch();
  Instance* pick();
  void crash(Instance& instance);
  void leave(Instance& instance);
  void bury(Instance& instance);
  void in_background(std::function<void()> work);

  void look();
  void look_at(const Instance& instance);
  bool everything_has_ended();
  std::string what_has_not_ended();

  Engine engine_;
  Simulation simulation_;
  World world_;
  PipelineSpec spec_;
  const std::size_t most_instances_;
  std::vector<std::unique_ptr<Instance>> instances_;
  std::vector<std::unique_ptr<Scheduler::Thread>> background_;
  std::uint64_t processes_ = 0;
  std::uint64_t looks_ = 0;
  bool calm_ = false;
};

}  // namespace weir::simulation
