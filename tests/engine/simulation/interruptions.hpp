#pragma once

namespace weir::simulation {

class Simulation;

/// While it lives, a fiber of the simulation may be interrupted before each mutex that it locks,
/// unless it holds another one. In this program `pthread_mutex_lock` is one that asks for that, so
/// that the engine needs no mutexes of another kind for the sake of its tests.
class Interruptions {
 public:
  explicit Interruptions(Simulation& simulation);
  ~Interruptions();
  Interruptions(const Interruptions&) = delete;
  Interruptions& operator=(const Interruptions&) = delete;
};

}  // namespace weir::simulation
