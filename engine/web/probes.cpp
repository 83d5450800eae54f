#include "engine/web/probes.hpp"

#include "engine/web/api_views.hpp"

#include <Poco/JSON/Array.h>
#include <string>

namespace weir::web {
namespace {

/// "orders: failed (the table is gone)"
std::string sentence(const PipelineSnapshot& pipeline) {
  std::string text = pipeline.name + ": " + to_string(pipeline.state);
  if (!pipeline.ready) text += ", not ready";
  if (pipeline.stalled)
    text += ", no commit for " +
            std::to_string(static_cast<std::int64_t>(pipeline.commit_age_seconds.value_or(0))) +
            " s, longer than `stalled` allows";
  if (!pipeline.reason.empty()) text += " (" + pipeline.reason + ")";
  return text;
}

Poco::JSON::Array states(const std::vector<PipelineSnapshot>& pipelines) {
  Poco::JSON::Array array;
  for (const PipelineSnapshot& pipeline : pipelines) {
    auto object = json_object();
    object.set("name", json_text(pipeline.name));
    object.set("state", std::string(to_string(pipeline.state)));
    object.set("ready", pipeline.ready);
    object.set("stalled", pipeline.stalled);
    object.set("reason", json_text(pipeline.reason));
    array.add(object);
  }
  return array;
}

/// 200 where there are no complaints, else 503 with them; the pipelines' states in any case.
Reply verdict(const char* word, const std::string& complaints,
              const std::vector<PipelineSnapshot>& pipelines) {
  auto object = complaints.empty() ? json_object() : problem_document(503, complaints);
  object.set(word, complaints.empty());
  object.set("pipelines", states(pipelines));
  return complaints.empty() ? json_reply(to_text(object)) : problem_reply(503, object);
}

template <typename Complains>
std::string complaints_about(const std::vector<PipelineSnapshot>& pipelines, Complains complains) {
  std::string text;
  for (const PipelineSnapshot& pipeline : pipelines)
    if (complains(pipeline)) text += (text.empty() ? "" : "; ") + sentence(pipeline);
  return text;
}

bool serves(State state) {
  switch (state) {
    case State::starting:
    case State::healthy:
    case State::waiting:
    case State::ended:
      return true;
    case State::draining:
    case State::stopped:
    case State::failed:
      return false;
  }
  return false;
}

}  // namespace

Reply health(const std::vector<PipelineSnapshot>& pipelines) {
  const auto failed = [](const PipelineSnapshot& pipeline) {
    return pipeline.state == State::failed;
  };
  return verdict("healthy", complaints_about(pipelines, failed), pipelines);
}

Reply readiness(const std::vector<PipelineSnapshot>& pipelines) {
  if (pipelines.empty()) return verdict("ready", "no pipeline has been built yet", pipelines);
  const auto away = [](const PipelineSnapshot& pipeline) {
    return !pipeline.ready || pipeline.stalled || !serves(pipeline.state);
  };
  return verdict("ready", complaints_about(pipelines, away), pipelines);
}

}  // namespace weir::web
