#pragma once

#include "engine/runtime/snapshot.hpp"

#include <prometheus/metric_family.h>

#include <vector>

namespace weir {

/// Each lane's books, and each pipeline's state, as metrics: read from the same snapshot, so that
/// they balance.
std::vector<prometheus::MetricFamily> lane_figures(const std::vector<PipelineSnapshot>& pipelines);

}  // namespace weir
