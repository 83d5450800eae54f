#include "engine/runtime/lane_figures.hpp"

#include <functional>
#include <string>
#include <utility>

namespace weir {
namespace {

using Labels = std::vector<prometheus::ClientMetric::Label>;

prometheus::ClientMetric sample(Labels labels, prometheus::MetricType type, double value) {
  prometheus::ClientMetric metric;
  metric.label = std::move(labels);
  if (type == prometheus::MetricType::Counter) metric.counter.value = value;
  if (type == prometheus::MetricType::Gauge) metric.gauge.value = value;
  return metric;
}

struct LaneFigure {
  const char* name;
  const char* help;
  prometheus::MetricType type;
  std::uint64_t LaneSnapshot::*value;
};

constexpr LaneFigure figures[] = {
    {"weir_lane_read_total", "Messages that the source has emitted",
     prometheus::MetricType::Counter, &LaneSnapshot::read},
    {"weir_lane_inserted_total", "Messages that steps have added", prometheus::MetricType::Counter,
     &LaneSnapshot::inserted},
    {"weir_lane_stored_total", "Messages that have passed all steps",
     prometheus::MetricType::Counter, &LaneSnapshot::stored},
    {"weir_lane_rejected_total", "Messages that left by the reject route",
     prometheus::MetricType::Counter, &LaneSnapshot::rejected},
    {"weir_lane_dropped_total", "Messages that steps were done with on purpose",
     prometheus::MetricType::Counter, &LaneSnapshot::dropped},
    {"weir_lane_in_flight", "Messages read and not yet settled", prometheus::MetricType::Gauge,
     &LaneSnapshot::in_flight},
};

prometheus::MetricFamily family(const char* name, const char* help, prometheus::MetricType type) {
  prometheus::MetricFamily made;
  made.name = name;
  made.help = help;
  made.type = type;
  return made;
}

}  // namespace

std::vector<prometheus::MetricFamily> lane_figures(const std::vector<PipelineSnapshot>& pipelines) {
  std::vector<prometheus::MetricFamily> families;
  for (const LaneFigure& figure : figures) {
    auto& made = families.emplace_back(family(figure.name, figure.help, figure.type));
    for (const auto& pipeline : pipelines) {
      for (const auto& lane : pipeline.lanes) {
        made.metric.push_back(sample({{"pipeline", pipeline.name}, {"lane", lane.origin}},
                                     figure.type, static_cast<double>(lane.*figure.value)));
      }
    }
  }
  const auto gauge = prometheus::MetricType::Gauge;
  auto& position = families.emplace_back(
      family("weir_lane_position", "Where the lane would go on: its committed position", gauge));
  for (const auto& pipeline : pipelines) {
    for (const auto& lane : pipeline.lanes) {
      if (lane.position)
        position.metric.push_back(sample({{"pipeline", pipeline.name}, {"lane", lane.origin}},
                                         gauge, static_cast<double>(*lane.position)));
    }
  }
  auto& age = families.emplace_back(
      family("weir_commit_age_seconds", "How long work has waited for a commit; 0 when none waits",
             gauge));
  for (const auto& pipeline : pipelines)
    age.metric.push_back(
        sample({{"pipeline", pipeline.name}}, gauge, pipeline.commit_age_seconds.value_or(0)));
  auto& state = families.emplace_back(
      family("weir_pipeline_state", "1 for the state that the pipeline is in", gauge));
  for (const auto& pipeline : pipelines)
    state.metric.push_back(
        sample({{"pipeline", pipeline.name}, {"state", to_string(pipeline.state)}}, gauge, 1));
  return families;
}

}  // namespace weir
