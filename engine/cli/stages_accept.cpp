#include "engine/cli/stages_accept.hpp"

#include "engine/runtime/pipeline.hpp"

#include <iostream>

namespace weir {

bool stages_accept(const Reading& reading, const Registry& registry, const Log& log,
                   Metrics& metrics, Scheduler& scheduler) try {
  const Pipeline built(*reading.spec, registry, log, metrics, nullptr, scheduler);
  return true;
} catch (const BuildError& e) {
  Diagnostic diagnostic = reading.stages.at(e.stage());
  diagnostic.message = "the stage `" + e.stage() + "` refuses its configuration: " + e.what();
  std::cerr << diagnostic << '\n';
  return false;
}

}  // namespace weir
