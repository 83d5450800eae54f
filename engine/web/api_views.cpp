#include "engine/web/api_views.hpp"

#include "engine/web/utf8.hpp"

#include <Poco/JSON/Array.h>
#include <cmath>
#include <sstream>

namespace weir::web {
namespace {

using Poco::Dynamic::Var;

Var number(std::uint64_t value) { return static_cast<Poco::UInt64>(value); }
Var number(std::int64_t value) { return static_cast<Poco::Int64>(value); }
Var number(double value) { return std::isfinite(value) ? Var(value) : Var(); }  // JSON has no NaN

template <typename T>
Var number(const std::optional<T>& value) {
  return value ? number(*value) : Var();
}

template <typename T>
Poco::JSON::Array array_of(const std::vector<T>& values, Poco::JSON::Object (*one)(const T&)) {
  Poco::JSON::Array array;
  for (const T& value : values) array.add(one(value));
  return array;
}

Poco::JSON::Object view(const StageSnapshot& stage) {
  auto object = json_object();
  object.set("name", json_text(stage.name));
  object.set("type", json_text(stage.type));
  object.set("role", json_text(stage.role));
  object.set("in", number(stage.in));
  object.set("rejected", number(stage.rejected));
  object.set("dropped", number(stage.dropped));
  object.set("retries", number(stage.retries));
  object.set("p50_seconds", number(stage.p50_seconds));
  object.set("p99_seconds", number(stage.p99_seconds));
  return object;
}

Poco::JSON::Object view(const LaneSnapshot& lane) {
  auto object = json_object();
  object.set("origin", json_text(lane.origin));
  object.set("lane", number(lane.lane));
  object.set("shard", number(std::uint64_t{lane.shard}));
  object.set("position", number(lane.position));
  object.set("read", number(lane.read));
  object.set("inserted", number(lane.inserted));
  object.set("stored", number(lane.stored));
  object.set("rejected", number(lane.rejected));
  object.set("dropped", number(lane.dropped));
  object.set("in_flight", number(lane.in_flight));
  return object;
}

Poco::JSON::Object view(const PipelineSnapshot& pipeline) {
  auto object = json_object();
  object.set("name", json_text(pipeline.name));
  object.set("file", json_text(pipeline.file));
  object.set("state", std::string(to_string(pipeline.state)));
  object.set("reason", json_text(pipeline.reason));
  object.set("ready", pipeline.ready);
  object.set("uptime_seconds", number(pipeline.uptime_seconds));
  object.set("commit_age_seconds", number(pipeline.commit_age_seconds));
  object.set("stages", array_of<StageSnapshot>(pipeline.stages, view));
  object.set("lanes", array_of<LaneSnapshot>(pipeline.lanes, view));
  return object;
}

}  // namespace

std::string pipelines_json(const std::vector<PipelineSnapshot>& pipelines) {
  auto object = json_object();
  object.set("pipelines", array_of<PipelineSnapshot>(pipelines, view));
  return to_text(object);
}

std::string pipeline_json(const PipelineSnapshot& pipeline) { return to_text(view(pipeline)); }

Poco::Dynamic::Var json_text(std::string_view text) { return to_utf8(text); }

Poco::JSON::Object json_object() { return Poco::JSON::Object(Poco::JSON_PRESERVE_KEY_ORDER); }

std::string to_text(const Poco::JSON::Object& object) {
  std::ostringstream text;
  object.stringify(text);
  return std::move(text).str();
}

}  // namespace weir::web
