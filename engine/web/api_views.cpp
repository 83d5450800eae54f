#include "engine/web/api_views.hpp"

#include "engine/web/moment.hpp"
#include "engine/web/utf8.hpp"

#include <Poco/JSON/Array.h>
#include <algorithm>
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

Var moment(const std::optional<Moment>& at) { return at ? Var(rfc3339(*at)) : Var(); }

const char* word_for(Figure::Kind kind) {
  switch (kind) {
    case Figure::Kind::counter:
      return "counter";
    case Figure::Kind::gauge:
      return "gauge";
    case Figure::Kind::histogram:
      return "histogram";
  }
  return "unknown";
}

Poco::JSON::Object view(const Figure& figure) {
  auto object = json_object();
  object.set("name", json_text(figure.name));
  auto labels = json_object();
  for (const auto& [name, value] : figure.labels)
    if (name != "pipeline" && name != "stage") labels.set(name, json_text(value));
  object.set("labels", labels);
  object.set("kind", std::string(word_for(figure.kind)));
  if (figure.kind != Figure::Kind::histogram) {
    object.set("value", number(figure.value));
    return object;
  }
  object.set("count", number(figure.count));
  object.set("sum", number(figure.sum));
  object.set("p50", number(figure.p50));
  object.set("p99", number(figure.p99));
  return object;
}

Poco::JSON::Object view(const WaitSnapshot& wait) {
  auto object = json_object();
  object.set("stage", json_text(wait.stage));
  object.set("reason", json_text(wait.reason));
  object.set("since", rfc3339(wait.since));
  object.set("retries", number(wait.retries));
  return object;
}

Poco::JSON::Array shards_of(const PipelineSnapshot& pipeline) {
  Poco::JSON::Array array;
  for (std::size_t i = 0; i < pipeline.shards.size(); ++i) {
    auto object = json_object();
    object.set("shard", number(std::uint64_t{i}));
    object.set("inbox_messages", number(std::uint64_t{pipeline.shards[i].inbox_messages}));
    object.set("inbox_bytes", number(std::uint64_t{pipeline.shards[i].inbox_bytes}));
    object.set("inbox_bytes_limit", number(std::uint64_t{pipeline.inbox_bytes_limit}));
    object.set("in_hand_messages", number(pipeline.shards[i].in_hand));
    array.add(object);
  }
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
  object.set("figures", array_of<Figure>(stage.figures, view));
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
  object.set("last_read_at", moment(lane.last_read_at));
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
  std::optional<Moment> last_message_at;
  for (const LaneSnapshot& lane : pipeline.lanes)
    last_message_at = std::max(last_message_at, lane.last_read_at);
  object.set("last_message_at", moment(last_message_at));
  object.set("waiting", array_of<WaitSnapshot>(pipeline.waiting, view));
  auto batch = json_object();
  batch.set("messages", number(std::uint64_t{pipeline.batch_messages}));
  batch.set("bytes", number(std::uint64_t{pipeline.batch_bytes}));
  object.set("batch", batch);
  object.set("shards", shards_of(pipeline));
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

std::string file_json(const PipelineSnapshot& pipeline) {
  auto object = json_object();
  object.set("file", json_text(pipeline.file));
  object.set("yaml", json_text(pipeline.yaml ? *pipeline.yaml : std::string()));
  return to_text(object);
}

Poco::Dynamic::Var json_text(std::string_view text) { return to_utf8(text); }

Poco::JSON::Object json_object() { return Poco::JSON::Object(Poco::JSON_PRESERVE_KEY_ORDER); }

std::string to_text(const Poco::JSON::Object& object) {
  std::ostringstream text;
  object.stringify(text);
  return std::move(text).str();
}

}  // namespace weir::web
