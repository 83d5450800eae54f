#pragma once

#include "engine/loader/registry.hpp"
#include "engine/loader/stage.hpp"
#include "engine/observe/log.hpp"
#include "engine/observe/metrics.hpp"
#include "engine/pipeline/spec.hpp"
#include "engine/runtime/halt.hpp"
#include "engine/runtime/lanes.hpp"
#include "engine/runtime/patience.hpp"
#include "engine/runtime/replayer.hpp"
#include "engine/runtime/routes.hpp"
#include "engine/runtime/scheduler.hpp"
#include "engine/runtime/shard.hpp"
#include "engine/runtime/snapshot.hpp"
#include "engine/runtime/source_loop.hpp"
#include "engine/runtime/stage_taps.hpp"
#include "engine/runtime/trace.hpp"

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace weir {

/// A stage refused to be built; which one, and its own words.
class BuildError : public std::runtime_error {
 public:
  BuildError(std::string stage, const std::string& why)
      : std::runtime_error(why), stage_(std::move(stage)) {}
  const std::string& stage() const { return stage_; }

 private:
  std::string stage_;
};

/// One built instance of a pipeline: its stages, its threads, its life from start to stop. Control
/// runs in a thread of its own, so that one pipeline that waits for its database keeps no other
/// from starting.
class Pipeline : private Surroundings {
 public:
  /// Creates all stages and touches nothing outside. Throws BuildError. `routes` is null where
  /// nothing is served; it, the registry, log, metrics and scheduler must outlive the pipeline.
  Pipeline(PipelineSpec spec, const Registry& registry, const Log& log, Metrics& metrics,
           Routes* routes, Scheduler& scheduler);
  ~Pipeline() override;
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

  const PipelineSpec& spec() const { return spec_; }

  void start();
  /// Asks it to drain and stop; returns at once. [any]
  void stop();

  /// Stops at once, and returns when everything has stopped; what was in hand will come again.
  void kill();

  /// Everything has stopped. [any]
  bool over() const;
  bool failed() const;  // [any]
  /// It was stopped with work in hand, which will come again.
  bool unfinished() const;

  PipelineSnapshot snapshot() const;
  TraceAnswer trace(const TraceQuery& query) const;    // [any]
  LetterPage letters(const LetterQuery& query) const;  // [any]
  /// Sends dead letters through the pipeline once more. [any]
  ReplayAnswer replay(const ReplayQuery& query) const;
  /// Lets somebody watch what passes at a stage, until the flow of messages ends. [any]
  TapOpening tap(std::string_view stage, std::string filter) const;

 private:
  struct Placed {
    std::unique_ptr<Stage> stage;
    StageFigures figures;
    const char* role;
    std::unique_ptr<StageTaps> taps;
  };
  enum class Phase { starting, running, draining, ended, stopped };

  static std::vector<std::string> names_of(const std::vector<StageSpec>& stages);
  static std::vector<const Stage*> stages_of(const std::vector<Placed>& placed);
  Placed place(const StageSpec& spec, const char* role, const Registry& registry, const Log& log,
               Metrics& metrics);
  Patience patience(const std::string& who, const Halt& until);

  void live();
  bool start_stages();
  bool open_workers();
  bool open(Placed& step, std::uint32_t shard, std::vector<Chain::Link>& links);
  bool equip_replayer();
  bool insist(Patience& patience, Stage& stage, const std::function<Verdict()>& call);
  void run();
  void finish();
  void stop_stages();
  void end_taps();
  void fail(const std::string& stage, const std::string& why);
  void enter(Phase phase);

  weir_status revoke(std::uint64_t lane, std::chrono::milliseconds wait) override;
  weir_status claim(std::uint64_t lane, std::string_view origin, bool& kept, weir_claim& claim,
                    weir_error* error) override;
  weir_status positions(weir_visit_position visit, void* context, weir_error* error) override;
  Lookup lookup(std::string_view stage) override;
  std::string route(const void* owner, std::string_view pattern, weir_http_handler handler,
                    void* self) override;
  void lose(const Lane& lane);
  void gain(const Lane& lane);
  const Placed* keeper() const;
  void check_keeper() const;

  StageSnapshot shown(const Placed& placed) const;
  State state(const std::string& waiting) const;

  const PipelineSpec spec_;
  const std::shared_ptr<const std::string> yaml_ = std::make_shared<std::string>(spec_.shown);
  const Log& log_;
  const Metrics& metrics_;
  Routes* const routes_;
  Scheduler& scheduler_;
  const Scheduler::Time born_ = scheduler_.now();

  Bell bell_{scheduler_};
  Halt no_more_{scheduler_};  // nothing more is started or polled
  Halt halt_{scheduler_};     // nothing is waited for or tried again
  Waiting waiting_;
  Lanes lanes_;
  Trace trace_{names_of(spec_.steps)};

  std::vector<Placed> rejects_, steps_, services_;
  std::optional<Placed> source_;
  std::vector<std::unique_ptr<Shard>> shards_;  // cleared with the mutex held; others only look
  std::unique_ptr<SourceLoop> loop_;
  std::unique_ptr<Replayer> replayer_;

  std::unique_ptr<Scheduler::Condition> changed_ = scheduler_.condition();
  mutable std::mutex mutex_;  // guards all below but the threads
  Phase phase_ = Phase::starting;
  bool stop_asked_ = false, source_done_ = false, source_ended_ = false, unfinished_ = false,
       over_ = false;
  std::optional<std::string> failure_;

  std::unique_ptr<Scheduler::Thread> source_thread_;
  std::unique_ptr<Scheduler::Thread> control_;
};

}  // namespace weir
