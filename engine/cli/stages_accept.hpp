#pragma once

#include "engine/loader/registry.hpp"
#include "engine/observe/log.hpp"
#include "engine/observe/metrics.hpp"
#include "engine/pipeline/read.hpp"
#include "engine/runtime/scheduler.hpp"

namespace weir {

/// Builds the stages, which refuse what their schema cannot say, such as a file that is not there.
/// False: one did, and its complaint was written to standard error. `reading` has a spec.
bool stages_accept(const Reading& reading, const Registry& registry, const Log& log,
                   Metrics& metrics, Scheduler& scheduler);

}  // namespace weir
