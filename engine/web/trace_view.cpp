#include "engine/web/trace_view.hpp"

#include "engine/web/api_views.hpp"
#include "engine/web/letter_view.hpp"
#include "engine/web/moment.hpp"
#include "engine/web/query.hpp"

#include <Poco/JSON/Array.h>

namespace weir::web {
namespace {

using Poco::Dynamic::Var;

Var json_text(const std::optional<std::string>& text) {
  return text ? web::json_text(*text) : Var();
}

Var json_moment(const std::optional<Scheduler::Wall>& at) { return at ? Var(rfc3339(*at)) : Var(); }

Poco::JSON::Object view(const TracedStage& stage) {
  auto object = json_object();
  object.set("stage", web::json_text(stage.stage));
  object.set("fate", std::string(to_string(stage.fate)));
  object.set("code", json_text(stage.code));
  object.set("reason", json_text(stage.reason));
  object.set("pointer", json_text(stage.pointer));
  object.set("seconds", stage.seconds);
  object.set("at", rfc3339(stage.at));
  return object;
}

template <class T>
Poco::JSON::Array array_of(const std::vector<T>& values, Poco::JSON::Object (*one)(const T&)) {
  Poco::JSON::Array array;
  for (const T& value : values) array.add(one(value));
  return array;
}

Poco::JSON::Object view(const TracedMessage& message) {
  auto object = json_object();
  object.set("origin", web::json_text(message.origin));
  object.set("position", static_cast<Poco::Int64>(message.position));
  object.set("key", json_text(message.key));
  object.set("read_at", rfc3339(message.read_at));
  object.set("stages", array_of<TracedStage>(message.stages, view));
  object.set("settled_at", json_moment(message.settled_at));
  object.set("committed_at", json_moment(message.committed_at));
  object.set("outcome", std::string(to_string(message.outcome)));
  return object;
}

Poco::JSON::Object view(const TracedRow& row) {
  auto object = json_object();
  object.set("stage", web::json_text(row.stage));
  object.set("origin", web::json_text(row.origin));
  object.set("position", static_cast<Poco::Int64>(row.position));
  object.set("stored_at", json_moment(row.stored_at));
  return object;
}

Poco::JSON::Object view(const TraceAnswer::Silent& stage) {
  auto object = json_object();
  object.set("stage", web::json_text(stage.stage));
  object.set("reason", web::json_text(stage.reason));
  return object;
}

/// What the request asks for; the detail of a refusal where that is not clear.
std::optional<std::string_view> read(const Query& query, TraceQuery& wanted) {
  const auto key = query.find("key"), message = query.find("message");
  if (key.has_value() == message.has_value() || (key && key->empty()))
    return "it is not clear what to trace; ask with ?key=KEY, or with ?message=ORIGIN@POSITION";
  wanted.key = key;
  if (!message) return std::nullopt;
  auto place = TraceQuery::message(*message);
  if (!place)
    return "the message is not ORIGIN@POSITION; write cluster/topic/0@12 or topic[0]@12, and "
           "encode it";
  wanted = std::move(*place);
  return std::nullopt;
}

}  // namespace

std::string trace_json(const TraceAnswer& answer) {
  auto object = json_object();
  object.set("messages", array_of<TracedMessage>(answer.messages, view));
  object.set("from_memory", !answer.messages.empty());
  object.set("rows", array_of<TracedRow>(answer.rows, view));
  std::string text = to_text(object);
  text.back() = ',';
  append_letters(text += "\"letters\":", answer.letters);
  auto rest = json_object();
  rest.set("unanswered", array_of<TraceAnswer::Silent>(answer.unanswered, view));
  return text + ',' + to_text(rest).substr(1);
}

Reply trace_reply(const Observed& observed, Turns& turns, std::string_view pipeline,
                  std::optional<std::string_view> query) {
  Query members;
  if (const auto refusal = members.read(query.value_or(""))) return problem(*refusal);
  TraceQuery wanted;
  if (const auto fault = read(members, wanted)) return problem(400, *fault);
  const auto turn = turns.take(longest_wait_for_letters);
  if (!turn) return problem(Refusal{503, "others ask for traces; ask again in a moment"});
  if (const auto answer = observed.trace(pipeline, wanted)) return json_reply(trace_json(*answer));
  return problem(404, "no pipeline is called '" + std::string(pipeline) +
                          "'; /api/pipelines shows every pipeline");
}

}  // namespace weir::web
