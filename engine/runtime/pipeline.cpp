#include "engine/runtime/pipeline.hpp"

#include "engine/loader/config_view.hpp"
#include "engine/loader/text.hpp"
#include "engine/runtime/letter_search.hpp"
#include "engine/runtime/trace_search.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <ranges>
#include <utility>

namespace weir {

Pipeline::Pipeline(PipelineSpec spec, const Registry& registry, const Log& log, Metrics& metrics,
                   Routes* routes, Scheduler& scheduler)
    : spec_(std::move(spec)), log_(log), metrics_(metrics), routes_(routes), scheduler_(scheduler) {
  for (const auto& stage : spec_.rejects)
    rejects_.push_back(place(stage, "reject", registry, log, metrics));
  for (const auto& stage : spec_.steps)
    steps_.push_back(place(stage, "step", registry, log, metrics));
  for (const auto& stage : spec_.services)
    services_.push_back(place(stage, "service", registry, log, metrics));
  check_keeper();
  replayer_ = std::make_unique<Replayer>(spec_.name, stages_of(steps_), lanes_, log_, scheduler_);
  if (!spec_.source) return;
  source_.emplace(place(*spec_.source, "source", registry, log, metrics));
  const auto failing = [this](const std::string& stage, const std::string& why) {
    fail(stage, why);
  };
  for (std::size_t shard = 0; shard < spec_.shards; ++shard) {
    shards_.push_back(std::make_unique<Shard>(spec_.batch, spec_.inbox_bytes, bell_,
                                              patience("shard " + std::to_string(shard), halt_),
                                              failing, scheduler_));
  }
  loop_ = std::make_unique<SourceLoop>(
      *source_->stage, source_->figures, spec_.batch, shards_, lanes_, bell_,
      patience("source", no_more_), no_more_, halt_, failing,
      SourceLoop::Hear{[this](const Lane& lane) { lose(lane); },
                       [this](const Lane& lane) { gain(lane); },
                       [this](const weir_batch& emitted) {
                         if (source_->taps->watched())
                           source_->taps->show({.origin = text(emitted.origin),
                                                .given = {emitted.messages, emitted.count}});
                       }},
      trace_, scheduler_);
}

Pipeline::~Pipeline() { kill(); }

void Pipeline::kill() {
  stop();
  halt_.call();
  control_.reset();
}

std::vector<std::string> Pipeline::names_of(const std::vector<StageSpec>& stages) {
  std::vector<std::string> names;
  for (const StageSpec& stage : stages) names.push_back(stage.name);
  return names;
}

Pipeline::Placed Pipeline::place(const StageSpec& spec, const char* role, const Registry& registry,
                                 const Log& log, Metrics& metrics) try {
  const weir_stage_type* type = registry.type(spec.type);
  if (type == nullptr)
    throw std::runtime_error("no plugin offers the stage type " + spec.type +
                             "; see `weir stages`");
  return {std::make_unique<Stage>(
              *type,
              std::make_unique<Host>(spec_.name, spec.name, log, metrics,
                                     static_cast<Surroundings&>(*this)),
              std::make_unique<ConfigView>(spec.config,
                                           std::filesystem::absolute(spec_.file).parent_path())),
          StageFigures(metrics, spec_.name, spec.name), role,
          std::make_unique<StageTaps>(spec.name, scheduler_)};
} catch (const std::exception& e) {
  throw BuildError(spec.name, e.what());
}

Patience Pipeline::patience(const std::string& who, const Halt& until) {
  return {who, spec_.retry, scheduler_, until, waiting_, log_, spec_.name};
}

// ---- life
// ---------------------------------------------------------------------------------------------------------------

void Pipeline::start() {
  control_ = scheduler_.start([this] { live(); });
}

void Pipeline::stop() {
  {
    const std::scoped_lock lock(mutex_);
    stop_asked_ = true;
  }
  no_more_.call();
  changed_->notify_all();
}

void Pipeline::live() {
  if (start_stages() && open_workers()) run();
  finish();
  if (failed() && routes_ != nullptr) {  // lookups and the page go on until somebody has looked
    std::unique_lock lock(mutex_);
    changed_->wait(lock, [this] { return stop_asked_; });
  }
  stop_stages();
  const std::scoped_lock lock(mutex_);
  over_ = true;
}

/// Repeats a control call until it succeeds. False: it failed, or the pipeline is to stop.
bool Pipeline::insist(Patience& patience, Stage& stage, const std::function<Verdict()>& call) {
  while (!no_more_.called()) {
    const Verdict verdict = call();
    if (verdict.status == WEIR_OK) {
      patience.over();
      return true;
    }
    if (verdict.status != WEIR_RETRY) {
      fail(stage.name(), verdict.why);
      return false;
    }
    patience.wait(stage.name(), verdict.why);
  }
  return false;
}

bool Pipeline::start_stages() {
  Patience waits = patience("start", no_more_);
  for (auto* placed : {&rejects_, &steps_, &services_}) {
    for (Placed& each : *placed) {
      if (!insist(waits, *each.stage, [&] { return each.stage->start(); })) return false;
    }
  }
  return true;
}

bool Pipeline::open(Placed& step, std::uint32_t shard, std::vector<Chain::Link>& links) {
  Patience waits = patience("start", no_more_);
  std::unique_ptr<Worker> worker;
  if (!insist(waits, *step.stage, [&] { return step.stage->open(shard, worker); })) return false;
  links.push_back({std::move(worker), step.figures, step.taps.get()});
  return true;
}

bool Pipeline::open_workers() {
  for (std::uint32_t number = 0; number < shards_.size(); ++number) {
    std::vector<Chain::Link> steps, rejects;
    for (Placed& step : steps_) {
      if (!open(step, number, steps)) return false;
    }
    for (Placed& step : rejects_) {
      if (!open(step, number, rejects)) return false;
    }
    shards_[number]->equip(std::move(steps), std::move(rejects), &trace_);
  }
  return equip_replayer();
}

/// Its workers stand where those of one more shard would; the step that takes replays has none.
bool Pipeline::equip_replayer() {
  if (replayer_->taker() == nullptr) return true;
  std::vector<Step> before, behind;
  bool met = false;
  for (Placed& step : steps_) {
    if (step.stage.get() == replayer_->taker()) {
      met = true;
      continue;
    }
    std::vector<Chain::Link> links;
    if (!open(step, static_cast<std::uint32_t>(shards_.size()), links)) return false;
    (met ? behind : before)
        .emplace_back(std::move(links.front().worker), step.figures, scheduler_,
                      [](weir_error*) { return weir_status{WEIR_OK}; });
  }
  replayer_->equip(std::move(before), std::move(behind));
  return true;
}

void Pipeline::run() {
  if (source_) {
    Patience waits = patience("start", no_more_);
    if (!insist(waits, *source_->stage, [this] { return source_->stage->start(); })) return;
    for (const auto& shard : shards_) shard->start();
    source_thread_ = scheduler_.start([this] {
      const bool ended = loop_->run();
      {
        const std::scoped_lock lock(mutex_);
        source_done_ = true;
        source_ended_ = ended;
      }
      changed_->notify_all();
    });
  }
  enter(Phase::running);
  log_.info(spec_.name, "runs");
  std::unique_lock lock(mutex_);
  changed_->wait(lock, [this] { return stop_asked_ || source_done_ || failure_; });
}

/// Ends the flow of messages: drains within the deadline, then by force; frees every batch, and
/// lets the source go.
void Pipeline::finish() {
  enter(Phase::draining);
  no_more_.call();
  if (source_thread_) {
    std::unique_lock lock(mutex_);
    if (!changed_->wait_for(lock, spec_.drain, [this] { return source_done_ || failure_; })) {
      log_.warn(spec_.name, "did not drain within its time; what is unfinished will come again");
    }
  }
  halt_.call();
  bell_.ring();
  source_thread_.reset();
  for (const auto& shard : shards_) shard->finish();
  end_taps();
  trace_.end(scheduler_.wall());
  if (!source_) return;
  loop_->commit_due();
  source_->stage->stop();
  const bool in_flight = std::ranges::any_of(
      lanes_.all(), [](const auto& lane) { return lane->snapshot().in_flight > 0; });
  const std::scoped_lock lock(mutex_);
  unfinished_ = in_flight && !failure_;
}

void Pipeline::stop_stages() {
  std::vector<std::unique_ptr<Shard>> shards;
  {
    const std::scoped_lock lock(mutex_);
    shards_.swap(shards);
  }
  shards.clear();  // closes the workers
  replayer_->end();
  for (auto* placed : {&services_, &steps_, &rejects_}) {
    for (Placed& each : std::views::reverse(*placed)) {
      if (routes_ != nullptr) routes_->remove(&each.stage->host());
      each.stage->stop();
    }
  }
  const std::scoped_lock lock(mutex_);
  phase_ = source_ended_ ? Phase::ended : Phase::stopped;
  if (!failure_)
    log_.info(spec_.name, source_ended_ ? "has ended: its source has nothing more" : "has stopped");
}

void Pipeline::end_taps() {
  if (source_) source_->taps->end();
  for (auto* placed : {&steps_, &rejects_}) {
    for (const Placed& each : *placed) each.taps->end();
  }
}

void Pipeline::fail(const std::string& stage, const std::string& why) {
  {
    const std::scoped_lock lock(mutex_);
    if (failure_) return;
    failure_ = "stage `" + stage + "`: " + why;
  }
  log_.error(spec_.name + "/" + stage, "stops the pipeline: " + why);
  no_more_.call();
  halt_.call();
  bell_.ring();
  changed_->notify_all();
}

void Pipeline::enter(Phase phase) {
  const std::scoped_lock lock(mutex_);
  phase_ = phase;
}

bool Pipeline::over() const {
  const std::scoped_lock lock(mutex_);
  return over_;
}

bool Pipeline::failed() const {
  const std::scoped_lock lock(mutex_);
  return failure_.has_value();
}

bool Pipeline::unfinished() const {
  const std::scoped_lock lock(mutex_);
  return unfinished_;
}

// ---- what the stages ask for
// --------------------------------------------------------------------------------------------

weir_status Pipeline::revoke(std::uint64_t lane, std::chrono::milliseconds wait) {
  return loop_ ? loop_->revoke(lane, wait) : WEIR_OK;
}

void Pipeline::lose(const Lane& lane) {
  trace_.lost(lane.number(), scheduler_.wall());
  for (const Placed& step : std::views::reverse(steps_)) {
    const auto* lanes = step.stage->extension<weir_lanes_1>(WEIR_LANES_1);
    if (lanes != nullptr && lanes->lost != nullptr)
      lanes->lost(step.stage->self(), lane.number(), view(lane.origin()));
  }
}

void Pipeline::gain(const Lane& lane) {
  for (const Placed& step : std::views::reverse(steps_)) {
    const auto* lanes = step.stage->extension<weir_lanes_1>(WEIR_LANES_1);
    if (lanes != nullptr && WEIR_HAS(lanes, gained) && lanes->gained != nullptr)
      lanes->gained(step.stage->self(), lane.number(), view(lane.origin()),
                    lane.next().value_or(-1));
  }
}

/// The step that keeps the lanes' positions, if any does.
const Pipeline::Placed* Pipeline::keeper() const {
  for (const Placed& step : steps_) {
    if (step.stage->extension<weir_positions_1>(WEIR_POSITIONS_1) != nullptr) return &step;
  }
  return nullptr;
}

/// What a step after the keeper has done when a crash comes is not done again: the position has
/// moved. So it must be able to make its state anew from what stands before it.
void Pipeline::check_keeper() const {
  const Placed* keeper = this->keeper();
  if (keeper == nullptr) return;
  const std::string& name = keeper->stage->name();
  for (const Placed* step = keeper + 1; step != steps_.data() + steps_.size(); ++step) {
    if (step->stage->extension<weir_positions_1>(WEIR_POSITIONS_1) != nullptr)
      throw BuildError(step->stage->name(), "keeps the lanes' positions, as `" + name +
                                                "` does, and only one step may; put it into a "
                                                "pipeline of its own");
    if ((step->stage->type().traits & WEIR_REBUILDABLE) == 0)
      throw BuildError(step->stage->name(),
                       "stands after `" + name +
                           "`, which keeps the lanes' positions: a crash between the two would "
                           "lose its part; put it before `" +
                           name + "`, or into a pipeline of its own");
  }
}

weir_status Pipeline::claim(std::uint64_t lane, std::string_view origin, bool& kept,
                            weir_claim& claim, weir_error* error) {
  if (!loop_) return WEIR_OK;
  const Placed* keeper = this->keeper();
  kept = keeper != nullptr;
  if (kept) {
    const auto* table = keeper->stage->extension<weir_positions_1>(WEIR_POSITIONS_1);
    const weir_status status =
        table->claim(keeper->stage->self(), lane, view(origin), &claim, error);
    if (status != WEIR_OK) return status;
  }
  loop_->adopt(lane, origin, claim.next < 0 ? std::nullopt : std::optional(claim.next));
  return WEIR_OK;
}

weir_status Pipeline::positions(weir_visit_position visit, void* context, weir_error* error) {
  const Placed* keeper = this->keeper();
  if (keeper == nullptr) return WEIR_OK;
  const auto* table = keeper->stage->extension<weir_positions_1>(WEIR_POSITIONS_1);
  return table->each(keeper->stage->self(), visit, context, error);
}

Surroundings::Lookup Pipeline::lookup(std::string_view stage) {
  for (const auto* placed : {&steps_, &services_, &rejects_}) {
    for (const Placed& each : *placed) {
      if (each.stage->name() == stage)
        return {each.stage->extension<weir_lookup_1>(WEIR_LOOKUP_1), each.stage->self()};
    }
  }
  return {};
}

std::string Pipeline::route(const void* owner, std::string_view pattern, weir_http_handler handler,
                            void* self) {
  if (routes_ == nullptr) {
    return "the pipeline " + spec_.name + " is not served over HTTP, so " + std::string(pattern) +
           " has no place; add `http: { listen: … }`";
  }
  return routes_->add(owner, pattern, handler, self);
}

// ---- what others see
// ----------------------------------------------------------------------------------------------------

StageSnapshot Pipeline::shown(const Placed& placed) const {
  const StageFigures& figures = placed.figures;
  return {.name = placed.stage->name(),
          .type = placed.stage->type().id,
          .role = placed.role,
          .in = static_cast<std::uint64_t>(figures.in.value()),
          .rejected = static_cast<std::uint64_t>(figures.rejected.value()),
          .dropped = static_cast<std::uint64_t>(figures.dropped.value()),
          .retries = static_cast<std::uint64_t>(figures.retries.value()),
          .p50_seconds = figures.duration.quantile(0.5),
          .p99_seconds = figures.duration.quantile(0.99),
          .figures = metrics_.figures(&placed.stage->host())};
}

State Pipeline::state(const std::string& waiting) const {
  if (failure_) return State::failed;
  switch (phase_) {
    case Phase::starting:
      return State::starting;
    case Phase::running:
      return waiting.empty() ? State::healthy : State::waiting;
    case Phase::draining:
      return State::draining;
    case Phase::ended:
      return State::ended;
    case Phase::stopped:
      return State::stopped;
  }
  return State::stopped;
}

PipelineSnapshot Pipeline::snapshot() const {
  PipelineSnapshot shot;
  shot.name = spec_.name;
  shot.file = spec_.file.string();
  shot.yaml = yaml_;
  shot.waiting = waiting_.all();
  if (!shot.waiting.empty())
    shot.reason = "stage `" + shot.waiting[0].stage + "` waits: " + shot.waiting[0].reason;
  shot.batch_messages = spec_.batch.messages;
  shot.batch_bytes = spec_.batch.bytes;
  shot.inbox_bytes_limit = spec_.inbox_bytes;
  {
    const std::scoped_lock lock(mutex_);
    shot.state = state(shot.reason);
    if (failure_) shot.reason = *failure_;
    shot.ready = phase_ == Phase::running && !failure_;
    for (const auto& shard : shards_) {
      const Inbox::Fill fill = std::as_const(*shard).inbox().fill();
      shot.shards.push_back({.inbox_messages = fill.messages, .inbox_bytes = fill.bytes});
    }
  }
  shot.uptime_seconds = std::chrono::duration<double>(scheduler_.now() - born_).count();
  if (source_) shot.stages.push_back(shown(*source_));
  for (const auto* placed : {&steps_, &rejects_, &services_}) {
    for (const Placed& each : *placed) shot.stages.push_back(shown(each));
  }
  for (const auto& lane : lanes_.all()) {
    shot.lanes.push_back(lane->snapshot());
    if (const auto age = lane->commit_age()) {
      shot.commit_age_seconds = std::max(shot.commit_age_seconds.value_or(0),
                                         std::chrono::duration<double>(*age).count());
    }
    const LaneSnapshot& shown = shot.lanes.back();
    if (shown.shard < shot.shards.size()) shot.shards[shown.shard].in_hand += shown.in_flight;
  }
  for (ShardSnapshot& shard :
       shot.shards)  // what was taken between the two moments counts as waiting
    shard.in_hand -= std::min<std::uint64_t>(shard.in_hand, shard.inbox_messages);
  return shot;
}

TapOpening Pipeline::tap(std::string_view stage, std::string filter) const {
  const auto open = [&](const Placed& placed) -> TapOpening {
    auto tap = placed.taps->open(std::move(filter));
    if (!tap) return {.refusal = TapOpening::Refusal::not_now};
    return {.watching = std::make_unique<Watching>(*placed.taps, std::move(tap))};
  };
  if (source_ && source_->stage->name() == stage) return open(*source_);
  for (const auto* placed : {&steps_, &rejects_}) {
    for (const Placed& each : *placed)
      if (each.stage->name() == stage) return open(each);
  }
  return {.refusal = TapOpening::Refusal::no_stage};
}

TraceAnswer Pipeline::trace(const TraceQuery& query) const {
  TraceAnswer answer =
      TraceSearch(trace_, stages_of(steps_), stages_of(rejects_), scheduler_).find(query);
  replayer_->date(answer.letters);
  return answer;
}

LetterPage Pipeline::letters(const LetterQuery& query) const {
  LetterPage page = LetterSearch(stages_of(rejects_), scheduler_).find(query);
  replayer_->date(page.letters);
  return page;
}

ReplayAnswer Pipeline::replay(const ReplayQuery& query) const {
  return replayer_->replay(LetterSearch(stages_of(rejects_), scheduler_), query);
}

std::vector<const Stage*> Pipeline::stages_of(const std::vector<Placed>& placed) {
  std::vector<const Stage*> stages;
  for (const Placed& each : placed) stages.push_back(each.stage.get());
  return stages;
}

}  // namespace weir
