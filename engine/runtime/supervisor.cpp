#include "engine/runtime/supervisor.hpp"

#include "engine/runtime/lane_figures.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>

namespace weir {
namespace {

constexpr std::chrono::seconds grace{
    10};  // for control calls, which may take that long by the plugin contract

void require_distinct_names(const std::vector<PipelineSpec>& specs) {
  std::set<std::string> names;
  for (const auto& spec : specs) {
    if (!names.insert(spec.name).second) {
      throw std::runtime_error("two pipelines are called " + spec.name + "; rename the one in " +
                               spec.file.string());
    }
  }
}

}  // namespace

Supervisor::Supervisor(std::vector<PipelineSpec> specs, const Registry& registry, const Log& log,
                       Metrics& metrics, const Serve& serve)
    : metrics_(metrics) {
  require_distinct_names(specs);
  std::ranges::stable_sort(specs, {}, [](const PipelineSpec& spec) {
    return !spec.http || !spec.http->page;
  });  // of one address, the page counts
  for (auto& spec : specs) {
    Routes* routes = server_of(spec, serve);
    auto pipeline = std::make_unique<Pipeline>(std::move(spec), registry, log, metrics, routes);
    const std::scoped_lock lock(mutex_);
    pipelines_.push_back(std::move(pipeline));
  }
}

Supervisor::~Supervisor() {
  for (const auto& pipeline : pipelines_) pipeline->stop();
  for (const auto& pipeline : pipelines_) pipeline->kill();
}

Routes* Supervisor::server_of(const PipelineSpec& spec, const Serve& serve) {
  if (!spec.http) return nullptr;
  auto& server = servers_[spec.http->host + " " + std::to_string(spec.http->port)];
  if (!server) server = serve(*spec.http, *this);
  return server.get();
}

void Supervisor::start() {
  for (const auto& pipeline : pipelines_) pipeline->start();
}

void Supervisor::stop() {
  std::chrono::milliseconds longest{0};
  for (const auto& pipeline : pipelines_) {
    longest = std::max(longest, pipeline->spec().drain);
    if (pipeline->spec().source) pipeline->stop();
  }
  stop_deadline_ = std::chrono::steady_clock::now() + longest + grace;
  tend();
}

void Supervisor::tend() {
  const bool sources_are_over = std::ranges::all_of(pipelines_, [](const auto& pipeline) {
    return !pipeline->spec().source || pipeline->over();
  });
  if (!stop_deadline_ || !sources_are_over) return;
  for (const auto& pipeline : pipelines_) pipeline->stop();
}

bool Supervisor::over() const {
  return std::ranges::all_of(pipelines_, [](const auto& pipeline) { return pipeline->over(); });
}

bool Supervisor::overdue() const {
  return stop_deadline_ && std::chrono::steady_clock::now() > *stop_deadline_;
}

RunEnd Supervisor::end() const {
  if (std::ranges::any_of(pipelines_, [](const auto& pipeline) { return pipeline->failed(); }))
    return RunEnd::failed;
  if (overdue() ||
      std::ranges::any_of(pipelines_, [](const auto& pipeline) { return pipeline->unfinished(); }))
    return RunEnd::unfinished;
  return RunEnd::well;
}

std::vector<PipelineSnapshot> Supervisor::pipelines() const {
  const std::scoped_lock lock(mutex_);
  std::vector<PipelineSnapshot> shots;
  for (const auto& pipeline : pipelines_) shots.push_back(pipeline->snapshot());
  return shots;
}

std::string Supervisor::metrics() const {
  auto families = metrics_.collect();
  for (auto& family : lane_figures(pipelines())) families.push_back(std::move(family));
  return Metrics::text(families);
}

}  // namespace weir
