#pragma once

#include "engine/observe/metrics.hpp"
#include "engine/runtime/letter_query.hpp"
#include "engine/runtime/replay_query.hpp"
#include "engine/runtime/stage_taps.hpp"
#include "engine/runtime/trace_answer.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

/// healthy: runs; waiting: alive, but a stage asks for a retry; failed: stopped by an error that a
/// human must look at.
enum class State { starting, healthy, waiting, draining, ended, stopped, failed };

constexpr const char* to_string(State state) {
  switch (state) {
    case State::starting:
      return "starting";
    case State::healthy:
      return "healthy";
    case State::waiting:
      return "waiting";
    case State::draining:
      return "draining";
    case State::ended:
      return "ended";
    case State::stopped:
      return "stopped";
    case State::failed:
      return "failed";
  }
  return "unknown";
}

using Moment = std::chrono::sys_time<std::chrono::microseconds>;

/// A thread that waits because a stage asked for another try.
struct WaitSnapshot {
  std::string stage{}, reason{};
  Moment since{};
  std::uint64_t retries = 0;
};

struct ShardSnapshot {
  std::size_t inbox_messages = 0, inbox_bytes = 0;  ///< what waits for it
  std::uint64_t in_hand = 0;                        ///< messages of the batch that it works on
};

struct StageSnapshot {
  std::string name, type, role;  ///< role: source, step, reject, service
  std::uint64_t in = 0, rejected = 0, dropped = 0, retries = 0;
  std::optional<double> p50_seconds{},
      p99_seconds{};              ///< of one process() call; absent before the first
  std::vector<Figure> figures{};  ///< the stage's own metrics
};

struct LaneSnapshot {
  std::string origin;
  std::uint64_t lane = 0;
  std::uint32_t shard = 0;
  std::optional<std::int64_t>
      position{};  ///< committed: where the lane would go on; absent before the first commit
  /// read + inserted = stored + rejected + dropped + in_flight, at every moment.
  std::uint64_t read = 0, inserted = 0, stored = 0, rejected = 0, dropped = 0, in_flight = 0;
  std::optional<Moment> last_read_at{};  ///< absent before the first message
};

/// One pipeline at one moment; a value, made by the runtime for the page, the API and the probes.
struct PipelineSnapshot {
  std::string name, file;
  std::shared_ptr<const std::string> yaml;  ///< the file with its secrets masked; may be null
  State state = State::starting;
  std::string reason;  ///< why it waits, drains or failed, for people
  bool ready = false;  ///< everything started, so a restore is over
  double uptime_seconds = 0;
  std::optional<double> commit_age_seconds;  ///< since the last commit moved while something was in
                                             ///< flight; absent when idle
  bool stalled = false;                      ///< and that is longer than `stalled` of its file
  std::vector<WaitSnapshot> waiting;         ///< each thread that does
  std::size_t batch_messages = 0, batch_bytes = 0;  ///< the limits of a batch
  std::size_t inbox_bytes_limit = 0;                ///< of each shard
  std::vector<ShardSnapshot> shards;
  std::vector<StageSnapshot> stages;  ///< source, steps, rejects, services
  std::vector<LaneSnapshot> lanes;
};

/// All pipelines at one moment of the last minutes.
struct HistorySample {
  Moment at{};
  std::vector<PipelineSnapshot> pipelines{};
};
inline constexpr std::chrono::seconds history_period{2};
using History = std::deque<std::shared_ptr<const HistorySample>>;

/// What the web layer asks of the runtime. [any]
class Observed {
 public:
  virtual ~Observed() = default;
  virtual std::vector<PipelineSnapshot> pipelines() const = 0;
  /// The last ten minutes, a sample each `history_period`, the oldest first.
  virtual History history() const { return {}; }
  /// The metrics in Prometheus' text format.
  virtual std::string metrics() const = 0;
  /// What became of some messages of one pipeline; nothing: there is no such pipeline. May take
  /// some seconds.
  virtual std::optional<TraceAnswer> trace(std::string_view pipeline,
                                           const TraceQuery& query) const = 0;
  /// Some of its dead letters. May take some seconds.
  virtual LetterPage letters(std::string_view pipeline, const LetterQuery& query) const = 0;
  /// Sends some of them through the pipeline once more. Takes some seconds at most.
  virtual ReplayAnswer replay(std::string_view pipeline, const ReplayQuery& query) const = 0;
  /// Lets somebody watch what passes at a stage.
  virtual TapOpening tap(std::string_view pipeline, std::string_view stage,
                         std::string filter) const = 0;
};

}  // namespace weir
