#pragma once

#include "engine/runtime/snapshot.hpp"
#include "engine/web/reply.hpp"

#include <vector>

namespace weir::web {

/// /healthz: 200 while no pipeline has failed: what has failed stays so until somebody acts.
Reply health(const std::vector<PipelineSnapshot>& pipelines);

/// /readyz: 200 while every pipeline is ready, its commits move, and none has failed, drains or has
/// stopped: requests may come, and what they find is not old.
Reply readiness(const std::vector<PipelineSnapshot>& pipelines);

}  // namespace weir::web
