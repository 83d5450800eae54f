#pragma once

#include "books.hpp"
#include "simulation.hpp"

#include "engine/runtime/scheduler.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>

namespace weir::simulation {

class World;

/// One run of one engine: a scheduler whose fibers stand still together when the process is
/// stopped, and whose stages reach the world only through it. A crash cuts it off: whatever its
/// engine does from then on comes to nothing, which is all that the world sees of a crash.
class Process : public Scheduler {
 public:
  Process(Simulation& simulation, World& world, std::uint64_t number)
      : simulation_(simulation), world_(world), number_(number) {}

  std::unique_ptr<Thread> start(std::function<void()> work) override {
    return simulation_.start(std::move(work), &stopped_until_);
  }
  std::unique_ptr<Condition> condition() override { return simulation_.condition(); }
  Time now() const override { return simulation_.now(); }
  Wall wall() const override {
    return Wall(std::chrono::duration_cast<std::chrono::microseconds>(now().time_since_epoch()));
  }
  std::uint64_t random() override { return simulation_.chance().next(); }

  Simulation& simulation() const { return simulation_; }
  World& world() const { return world_; }
  std::uint64_t number() const { return number_; }

  /// As SIGSTOP does; SIGCONT comes at that time.
  void stop_until(Time time) { stopped_until_ = time; }
  bool stopped() const { return stopped_until_ > simulation_.now(); }

  void crash() {
    dead_ = true;
    stopped_until_ = {};
  }
  bool dead() const { return dead_; }

  /// A step of it is to fail, and so the engine.
  void become_faulty() { faulty_ = true; }
  bool faulty() const { return faulty_; }

  /// To be asked before each deed in the world: throws when the process has crashed.
  void live() const {
    if (dead_) throw std::runtime_error("the process has crashed");
  }
  /// Time for a deed.
  void spend(microseconds longest) const {
    live();
    simulation_.sleep(simulation_.chance().between(microseconds(0), longest));
    live();
  }

  Books books;            ///< what its source has emitted
  std::int64_t lent = 0;  ///< payloads that its engine has not given back

 private:
  Simulation& simulation_;
  World& world_;
  const std::uint64_t number_;
  Time stopped_until_{};
  bool dead_ = false;
  bool faulty_ = false;
};

}  // namespace weir::simulation
