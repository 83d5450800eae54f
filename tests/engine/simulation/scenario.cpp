#include "scenario.hpp"

#include "cache.hpp"
#include "check.hpp"
#include "mailbox.hpp"
#include "sink.hpp"
#include "source.hpp"
#include "stage_table.hpp"

#include <algorithm>
#include <utility>

namespace weir::simulation {
namespace {

using namespace std::chrono_literals;

constexpr auto longest_misfortune = 8s;
constexpr auto between_misfortunes = 700ms;
constexpr auto longest_standstill = 3s;
constexpr auto longest_outage = 1500ms;
constexpr std::uint64_t most_in_a_burst = 6;  // messages
constexpr auto between_bursts = 200ms;
constexpr auto longest_calm = 60s;
constexpr auto longest_stop = 30s;
constexpr std::uint64_t between_book_looks = 64;  // steps; a snapshot is not cheap

}  // namespace

Scenario::Scenario(std::uint64_t seed, Flaw flaw, Engine engine)
    : engine_(engine),
      simulation_(seed),
      world_(simulation_, flaw != Flaw::none || !simulation_.chance().one_in(4), flaw),
      spec_(draw_spec(world_.keeps_positions)),
      most_instances_(1 + simulation_.chance().below(3)) {}

PipelineSpec Scenario::draw_spec(bool keeps) {
  Chance& chance = simulation_.chance();
  PipelineSpec spec;
  spec.name = "simulated";
  spec.file = "simulated.yaml";
  spec.source = StageSpec{"source", Source::id, ""};
  spec.steps = {{"check", Check::id, ""},
                {"store", keeps ? KeepingSink::id : PlainSink::id, ""},
                {"cache", Cache::id, ""}};
  spec.rejects = {{"mailbox", Mailbox::id, ""}};
  spec.batch.messages = 1 + chance.below(8);
  spec.shards = 1 + chance.below(2);
  if (chance.one_in(3)) spec.batch.bytes = 200;  // two messages, so that emissions are cut
  if (chance.one_in(3)) spec.inbox_bytes = 500;  // a few messages
  spec.retry = {.first = std::chrono::milliseconds(10), .longest = std::chrono::milliseconds(300)};
  spec.drain = std::chrono::milliseconds(3000);
  return spec;
}

Report Scenario::run() {
  in_background([this] { produce(); });
  in_background([this] { direct(); });
  simulation_.run([this] { look(); });
  return {.violation = world_.auditor.violation(),
          .fingerprint = simulation_.fingerprint(),
          .steps = simulation_.steps(),
          .tally = world_.tally};
}

void Scenario::in_background(std::function<void()> work) {
  background_.push_back(simulation_.start(std::move(work)));
}

void Scenario::produce() {
  Chance& chance = simulation_.chance();
  while (!calm_) {
    for (std::uint64_t left = 1 + chance.below(most_in_a_burst); left > 0; --left)
      world_.log.append(chance.below(world_.log.partitions()), chance);
    simulation_.sleep(chance.between(0us, between_bursts));
  }
}

void Scenario::direct() {
  Chance& chance = simulation_.chance();
  for (std::size_t i = 0; i < most_instances_; ++i) launch();
  const auto end = simulation_.now() + chance.between(1s, longest_misfortune);
  while (simulation_.now() < end && !world_.auditor.violation()) {
    simulation_.sleep(chance.between(0us, between_misfortunes));
    look_after_failed_ones();
    misfortune();
  }
  calm();
  stop_all();
}

void Scenario::launch() {
  auto instance = std::make_unique<Instance>();
  instance->process = std::make_unique<Process>(simulation_, world_, ++processes_);
  PipelineSpec spec = spec_;
  const std::string config = config_of(*instance->process);
  spec.source->config = config;
  for (auto* stages : {&spec.steps, &spec.rejects}) {
    for (StageSpec& stage : *stages) stage.config = config;
  }
  instance->pipeline = std::make_unique<Pipeline>(std::move(spec), engine_.registry, engine_.log,
                                                  engine_.metrics, nullptr, *instance->process);
  Pipeline& pipeline = *instance->pipeline;
  instances_.push_back(std::move(instance));
  pipeline.start();
}

/// One that is not about to end; null when there is none.
Scenario::Instance* Scenario::pick() {
  std::vector<Instance*> choice;
  for (const auto& instance : instances_) {
    if (!instance->leaving) choice.push_back(instance.get());
  }
  return choice.empty() ? nullptr : choice[simulation_.chance().below(choice.size())];
}

void Scenario::misfortune() {
  Chance& chance = simulation_.chance();
  const auto until = [&](microseconds longest) {
    return simulation_.now() + chance.between(0us, longest);
  };
  Instance* one = pick();
  switch (chance.below(12)) {
    case 0:
      if (one != nullptr) crash(*one);
      break;
    case 1:
    case 6:
      if (one == nullptr) break;
      ++world_.tally.standstills;
      one->process->stop_until(until(longest_standstill));
      break;
    case 2:
      ++world_.tally.outages;
      world_.store.go_away_until(until(longest_outage));
      break;
    case 3:
      world_.letters.go_away_until(until(longest_outage));
      break;
    case 4:
      if (one != nullptr) leave(*one);
      break;
    case 7:
      ++world_.tally.rivals;
      world_.store.let_rival_claim(LogBook::origin(chance.below(world_.log.partitions())));
      break;
    case 5:
      if (one == nullptr) break;
      ++world_.tally.faults;
      one->process->become_faulty();
      break;
    default: {
      const auto staying = std::ranges::count_if(
          instances_, [](const auto& instance) { return !instance->leaving; });
      if (static_cast<std::size_t>(staying) < most_instances_) launch();
    }
  }
}

/// What it leaves behind goes on to its end unseen: nothing of it reaches the world any more.
void Scenario::crash(Instance& instance) {
  ++world_.tally.crashes;
  instance.leaving = true;
  instance.process->crash();
  in_background([this, &instance] {
    instance.pipeline->kill();
    bury(instance);
  });
}

void Scenario::leave(Instance& instance) {
  instance.leaving = true;
  in_background([this, &instance] {
    instance.pipeline->stop();
    const auto deadline = simulation_.now() + longest_stop;
    while (!instance.pipeline->over() && simulation_.now() < deadline) simulation_.sleep(50ms);
    if (!instance.pipeline->over()) world_.auditor.violation("a pipeline does not stop");
    bury(instance);
  });
}

void Scenario::bury(Instance& instance) {
  auto pipeline = std::move(instance.pipeline);
  pipeline.reset();
  world_.broker.forget(*instance.process);
  std::erase_if(instances_, [&](const auto& each) { return each.get() == &instance; });
}

void Scenario::calm() {
  calm_ = true;
  world_.store.go_away_until({});
  world_.letters.go_away_until({});
  for (const auto& instance : instances_) instance->process->stop_until({});
  if (pick() == nullptr) launch();
  const auto deadline = simulation_.now() + longest_calm;
  while (!everything_has_ended() && !world_.auditor.violation()) {
    simulation_.sleep(100ms);
    look_after_failed_ones();
    if (pick() == nullptr) launch();
    if (simulation_.now() > deadline)
      world_.auditor.violation("a minute of calm was not enough: " + what_has_not_ended());
  }
}

bool Scenario::everything_has_ended() {
  for (std::size_t partition = 0; partition < world_.log.partitions(); ++partition) {
    const std::int64_t end = world_.log.end(partition);
    if (world_.auditor.done_to(partition) != end || world_.broker.committed(partition) != end)
      return false;
  }
  return true;
}

std::string Scenario::what_has_not_ended() {
  std::string text;
  for (std::size_t partition = 0; partition < world_.log.partitions(); ++partition) {
    text += LogBook::origin(partition) + " is done to " +
            std::to_string(world_.auditor.done_to(partition)) + " and committed to " +
            std::to_string(world_.broker.committed(partition)) + " of " +
            std::to_string(world_.log.end(partition)) + "; ";
  }
  for (const auto& instance : instances_) {
    if (!instance->pipeline) continue;
    const PipelineSnapshot shot = instance->pipeline->snapshot();
    text += "process " + std::to_string(instance->process->number()) + " is " +
            to_string(shot.state) + " (" + shot.reason + ")";
    for (const LaneSnapshot& lane : shot.lanes)
      text += ", reads " + lane.origin + " as lane " + std::to_string(lane.lane) + " with " +
              std::to_string(lane.in_flight) + " in flight";
    text += "; ";
  }
  return text;
}

/// Somebody has looked, and starts them again some day.
void Scenario::look_after_failed_ones() {
  for (std::size_t i = 0; i < instances_.size(); ++i) {
    Instance& instance = *instances_[i];
    if (!instance.leaving && instance.pipeline->failed()) leave(instance);
  }
}

void Scenario::stop_all() {
  while (Instance* instance = pick()) {
    if (world_.auditor.violation()) {
      crash(*instance);
    } else {
      leave(*instance);
    }
  }
}

/// Between two steps: what must be so at every moment.
void Scenario::look() {
  ++looks_;
  for (const auto& instance : instances_) look_at(*instance);
}

void Scenario::look_at(const Instance& instance) {
  if (!instance.pipeline || instance.process->dead()) return;
  const bool failed = instance.pipeline->failed();
  if (!failed && looks_ % between_book_looks != 0) return;
  const PipelineSnapshot shot = instance.pipeline->snapshot();
  if (failed && !instance.process->faulty())
    world_.auditor.violation("process " + std::to_string(instance.process->number()) +
                             " has failed: " + shot.reason);
  const bool moody = instance.process->number() % 2 == 1;
  for (const LaneSnapshot& lane : shot.lanes) {
    if (const auto fault = instance.process->books.fault(lane, world_.log, moody))
      world_.auditor.violation(*fault);
  }
}

}  // namespace weir::simulation
