#include "engine/runtime/figures.hpp"

namespace weir {

StageFigures::StageFigures(Metrics& metrics, const std::string& pipeline, const std::string& stage)
    : in(metrics.counter("weir_stage_messages_total",
                         "Messages that a stage was given and was done with",
                         {{"pipeline", pipeline}, {"stage", stage}})),
      rejected(metrics.counter("weir_stage_rejected_total", "Messages that a stage has refused",
                               {{"pipeline", pipeline}, {"stage", stage}})),
      dropped(metrics.counter("weir_stage_dropped_total",
                              "Messages that a stage was done with on purpose",
                              {{"pipeline", pipeline}, {"stage", stage}})),
      retries(metrics.counter("weir_stage_retries_total", "Calls that a stage asked to be repeated",
                              {{"pipeline", pipeline}, {"stage", stage}})),
      duration(metrics.histogram(
          "weir_stage_seconds", "Duration of one call of a stage with one batch",
          {{"pipeline", pipeline}, {"stage", stage}}, Metrics::duration_bounds())) {}

}  // namespace weir
