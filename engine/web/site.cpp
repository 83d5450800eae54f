#include "engine/web/site.hpp"

#include "engine/web/api_views.hpp"
#include "engine/web/history_view.hpp"
#include "engine/web/probes.hpp"
#include "engine/web/tap_stream.hpp"
#include "engine/web/trace_view.hpp"

namespace weir::web {
namespace {

Reply unknown(std::string_view pipeline) {
  return problem(404, "no pipeline is called '" + std::string(pipeline) +
                          "'; /api/pipelines shows every pipeline");
}

}  // namespace

Site::Site(const Observed& observed, const std::optional<std::filesystem::path>& page,
           const Counts& counts, const OpenConnections& open)
    : observed_(observed), letters_(observed), events_(observed), counts_(counts), open_(open) {
  if (page) page_.emplace(*page);
}

Reply Site::answer(const Target& target, const RequestHead& head) const {
  const std::string_view path = target.path();
  if (path == "/healthz") return health(observed_.pipelines());
  if (path == "/readyz") return readiness(observed_.pipelines());
  if (path == "/metrics")
    return text_reply("text/plain; version=0.0.4; charset=utf-8",
                      observed_.metrics() + counts_.metrics(open_.size(), open_.shed()));
  if (target.segment(0) == "api") {
    if (path == "/api/events") return events_.reply();
    if (path == "/api/pipelines") return json_reply(pipelines_json(observed_.pipelines()));
    if (target.size() == 3 && target.segment(1) == "pipelines")
      return pipeline(target.segment(2),
                      [](const PipelineSnapshot& one) { return json_reply(pipeline_json(one)); });
    if (target.size() == 4 && target.segment(1) == "pipelines" && target.segment(3) == "history")
      return history(target.segment(2));
    if (target.size() == 4 && target.segment(1) == "pipelines" && target.segment(3) == "file")
      return pipeline(target.segment(2),
                      [](const PipelineSnapshot& one) { return json_reply(file_json(one)); });
    if (target.size() == 4 && target.segment(1) == "pipelines" && target.segment(3) == "trace")
      return trace_reply(observed_, traces_, target.segment(2), target.query());
    if (target.size() >= 4 && target.segment(1) == "pipelines")
      if (auto reply = letters(target)) return std::move(*reply);
    if (target.size() == 6 && target.segment(1) == "pipelines" && target.segment(3) == "stages" &&
        target.segment(5) == "tap")
      return tap_reply(observed_, target.segment(2), target.segment(4), target.query());
    return problem(404, "the API has nothing at this path; /api/pipelines shows every pipeline");
  }
  if (page_)
    if (auto reply = page_->find(target, head.field("If-None-Match"))) return std::move(*reply);
  return problem(
      404,
      "nothing is served at this path; no stage has a route for it, and the page has no such file");
}

std::optional<Reply> Site::letters(const Target& target) const {
  const std::string_view pipeline = target.segment(2), what = target.segment(3);
  if (target.size() == 4 && what == "dead-letters") return letters_.page(pipeline, target.query());
  if (target.size() == 4 && what == "dead-letters.jsonl")
    return letters_.download(pipeline, target.query());
  if (target.size() == 5 && what == "dead-letters")
    return letters_.one(pipeline, target.segment(4));
  return std::nullopt;
}

Reply Site::history(std::string_view name) const {
  if (auto columns = history_json(observed_.history(), name))
    return json_reply(std::move(*columns));
  return unknown(name);
}

Reply Site::pipeline(std::string_view name, Reply (*show)(const PipelineSnapshot&)) const {
  for (const PipelineSnapshot& pipeline : observed_.pipelines())
    if (pipeline.name == name) return show(pipeline);
  return unknown(name);
}

}  // namespace weir::web
