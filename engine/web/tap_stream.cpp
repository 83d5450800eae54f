#include "engine/web/tap_stream.hpp"

#include "engine/web/api_views.hpp"
#include "engine/web/moment.hpp"
#include "engine/web/query.hpp"
#include "engine/web/stream.hpp"

#include <Poco/JSON/Array.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>

namespace weir::web {
namespace {

using Clock = std::chrono::steady_clock;
using Poco::Dynamic::Var;

constexpr std::chrono::seconds between_signs_of_life{15};
constexpr std::size_t longest_filter = 256;  // bytes: it is searched for in every message

Var optional_text(const std::optional<std::string>& text) {
  return text ? json_text(*text) : Var();
}

std::string json(const TappedMessage& message) {
  auto object = json_object();
  object.set("origin", json_text(message.origin));
  object.set("position", static_cast<Poco::Int64>(message.position));
  object.set("time", rfc3339(message.time));
  object.set("key", optional_text(message.key));
  object.set("value", optional_text(message.value));
  object.set("value_bytes", static_cast<Poco::UInt64>(message.value_bytes));
  object.set("truncated", message.truncated);
  Poco::JSON::Array headers;
  for (const auto& [name, value] : message.headers) {
    Poco::JSON::Array header;
    header.add(json_text(name));
    header.add(json_text(value));
    headers.add(header);
  }
  object.set("headers", headers);
  object.set("fate", std::string(to_string(message.fate)));
  object.set("code", optional_text(message.code));
  object.set("reason", optional_text(message.reason));
  object.set("pointer", optional_text(message.pointer));
  object.set("edited", optional_text(message.edited));
  return to_text(object);
}

class TapStream : public Stream {
 public:
  explicit TapStream(std::unique_ptr<Watching> watching) : watching_(std::move(watching)) {}

  bool write(std::string& text) override {
    const Tap::Seen seen = watching_->take();
    if (std::exchange(first_, false)) text += "retry: 2000\n\n: alive\n\n";
    for (const TappedMessage& message : seen.messages)
      text.append("event: message\ndata: ").append(json(message)).append("\n\n");
    if (seen.skipped > 0)
      text.append("event: skipped\ndata: {\"count\":")
          .append(std::to_string(seen.skipped))
          .append("}\n\n");
    const auto now = Clock::now();
    if (text.empty() && now - said_ >= between_signs_of_life) text += ": alive\n\n";
    if (!text.empty()) said_ = now;
    return !seen.over;
  }

 private:
  std::unique_ptr<Watching> watching_;
  bool first_ = true;
  Clock::time_point said_{};
};

}  // namespace

Reply tap_reply(const Observed& observed, std::string_view pipeline, std::string_view stage,
                std::optional<std::string_view> query) {
  Query members;
  if (const auto refusal = members.read(query.value_or(""))) return problem(*refusal);
  std::string filter = members.find("filter").value_or("");
  if (filter.size() > longest_filter)
    return problem(400, "the filter has more than 256 bytes; take a shorter part of it");
  TapOpening opening = observed.tap(pipeline, stage, std::move(filter));
  switch (opening.refusal) {
    case TapOpening::Refusal::none:
      break;
    case TapOpening::Refusal::no_pipeline:
      return problem(404, "no pipeline is called '" + std::string(pipeline) +
                              "'; /api/pipelines shows every pipeline");
    case TapOpening::Refusal::no_stage:
      return problem(404, "no messages pass at a stage '" + std::string(stage) +
                              "'; /api/pipelines shows every stage");
    case TapOpening::Refusal::not_now:
      return problem(503,
                     "the stage has as many taps as it can serve, or its pipeline has stopped; "
                     "close another tap, or ask again in a moment");
  }
  Reply reply = text_reply("text/event-stream", {});
  reply.stream = std::make_shared<TapStream>(std::move(opening.watching));
  return reply;
}

}  // namespace weir::web
