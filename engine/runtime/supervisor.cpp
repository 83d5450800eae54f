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

std::string address_of(const HttpSpec& http) { return http.host + ":" + std::to_string(http.port); }

/// Takes over what `spec` says of the server that it shares with others. Where two say different
/// things, one would be ignored silently.
template <typename T>
void agree(T& said, const T& more, const char* key, const PipelineSpec& spec) {
  if (more == T{} || more == said) return;
  if (said != T{})
    throw std::runtime_error("two pipelines listen on " + address_of(*spec.http) +
                             " and differ in `http: { " + key +
                             ": … }`; write it in one of them, "
                             "or the same in " +
                             spec.file.string() + " as in the other, or take another port");
  said = more;
}

/// What all files together say of each server, by its address.
std::map<std::string, HttpSpec> servers_of(const std::vector<PipelineSpec>& specs) {
  std::map<std::string, HttpSpec> servers;
  for (const auto& spec : specs) {
    if (!spec.http) continue;
    HttpSpec& server = servers.try_emplace(address_of(*spec.http), *spec.http).first->second;
    agree(server.page, spec.http->page, "page", spec);
    agree(server.hosts, spec.http->hosts, "hosts", spec);
    agree(server.token, spec.http->token, "token", spec);
  }
  return servers;
}

}  // namespace

Supervisor::Supervisor(std::vector<PipelineSpec> specs, const Registry& registry, const Log& log,
                       Metrics& metrics, const Serve& serve, Scheduler& scheduler)
    : metrics_(metrics), scheduler_(scheduler) {
  require_distinct_names(specs);
  const auto servers = servers_of(specs);
  for (auto& spec : specs) {
    Routes* routes = spec.http ? server_at(servers.at(address_of(*spec.http)), serve) : nullptr;
    auto pipeline =
        std::make_unique<Pipeline>(std::move(spec), registry, log, metrics, routes, scheduler);
    const std::scoped_lock lock(mutex_);
    pipelines_.push_back(std::move(pipeline));
  }
}

Supervisor::~Supervisor() {
  for (const auto& pipeline : pipelines_) pipeline->stop();
  for (const auto& pipeline : pipelines_) pipeline->kill();
}

Routes* Supervisor::server_at(const HttpSpec& http, const Serve& serve) {
  auto& server = servers_[address_of(http)];
  if (!server) server = serve(http, *this);
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
  stop_deadline_ = scheduler_.now() + longest + grace;
  tend();
}

void Supervisor::record() {
  constexpr std::size_t most = std::chrono::minutes(10) / history_period;
  const auto now = scheduler_.now();
  if (recorded_ && now - *recorded_ < history_period) return;
  recorded_ = now;
  auto sample =
      std::make_shared<const HistorySample>(HistorySample{scheduler_.wall(), pipelines()});
  const std::scoped_lock lock(history_mutex_);
  history_.push_back(std::move(sample));
  if (history_.size() > most) history_.pop_front();
}

void Supervisor::tend() {
  record();
  const bool sources_are_over = std::ranges::all_of(pipelines_, [](const auto& pipeline) {
    return !pipeline->spec().source || pipeline->over();
  });
  if (!stop_deadline_ || !sources_are_over) return;
  for (const auto& pipeline : pipelines_) pipeline->stop();
}

bool Supervisor::over() const {
  return std::ranges::all_of(pipelines_, [](const auto& pipeline) { return pipeline->over(); });
}

bool Supervisor::overdue() const { return stop_deadline_ && scheduler_.now() > *stop_deadline_; }

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
  for (const auto& pipeline : pipelines_) {
    PipelineSnapshot& shot = shots.emplace_back(pipeline->snapshot());
    const std::chrono::duration<double> age(shot.commit_age_seconds.value_or(0));
    shot.stalled = age > pipeline->spec().stalled;
  }
  return shots;
}

History Supervisor::history() const {
  const std::scoped_lock lock(history_mutex_);
  return history_;
}

const Pipeline* Supervisor::find(std::string_view name) const {
  const std::scoped_lock lock(mutex_);
  for (const auto& pipeline : pipelines_)
    if (pipeline->spec().name == name) return pipeline.get();
  return nullptr;
}

std::optional<TraceAnswer> Supervisor::trace(std::string_view name, const TraceQuery& query) const {
  const Pipeline* pipeline = find(name);
  if (pipeline == nullptr) return std::nullopt;
  return pipeline->trace(query);
}

LetterPage Supervisor::letters(std::string_view name, const LetterQuery& query) const {
  const Pipeline* pipeline = find(name);
  if (pipeline == nullptr) return {.refusal = LetterPage::Refusal::no_pipeline};
  return pipeline->letters(query);
}

ReplayAnswer Supervisor::replay(std::string_view name, const ReplayQuery& query) const {
  const Pipeline* pipeline = find(name);
  if (pipeline == nullptr) return {.refusal = ReplayAnswer::Refusal::no_pipeline};
  return pipeline->replay(query);
}

TapOpening Supervisor::tap(std::string_view name, std::string_view stage,
                           std::string filter) const {
  const Pipeline* pipeline = find(name);
  if (pipeline == nullptr) return {.refusal = TapOpening::Refusal::no_pipeline};
  return pipeline->tap(stage, std::move(filter));
}

std::string Supervisor::metrics() const {
  auto families = metrics_.collect();
  for (auto& family : lane_figures(pipelines())) families.push_back(std::move(family));
  return Metrics::text(families);
}

}  // namespace weir
