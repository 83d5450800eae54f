#pragma once

#include "engine/loader/registry.hpp"
#include "engine/observe/log.hpp"
#include "engine/observe/metrics.hpp"
#include "engine/runtime/pipeline.hpp"
#include "engine/runtime/routes.hpp"
#include "engine/runtime/scheduler.hpp"
#include "engine/runtime/snapshot.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace weir {

/// How a run ended; the numbers are the process's exit codes.
enum class RunEnd { well = 0, failed = 1, unfinished = 3 };

/// All pipelines of one process, and the web servers that serve them.
class Supervisor : public Observed {
 public:
  /// Makes a web server; above this layer, so it is handed in.
  using Serve =
      std::function<std::unique_ptr<Routes>(const HttpSpec& http, const Observed& observed)>;

  /// Builds everything, binds the servers, starts nothing else. Throws BuildError, or
  /// std::runtime_error when two pipelines clash or an address cannot be bound.
  Supervisor(std::vector<PipelineSpec> specs, const Registry& registry, const Log& log,
             Metrics& metrics, const Serve& serve, Scheduler& scheduler);
  ~Supervisor() override;

  void start();
  /// Asks all pipelines to drain and stop; returns at once. Those of services alone are asked when
  /// the others are over, by tend(): what they offer may be needed to the last.
  void stop();
  /// To be called several times a second.
  void tend();

  /// Nothing runs any more, or will: all pipelines have ended, stopped or failed without being
  /// served.
  bool over() const;
  /// Since stop(), more time has passed than a well-behaved pipeline needs.
  bool overdue() const;
  RunEnd end() const;

  std::vector<PipelineSnapshot> pipelines() const override;
  History history() const override;
  std::string metrics() const override;
  std::optional<TraceAnswer> trace(std::string_view pipeline,
                                   const TraceQuery& query) const override;
  LetterPage letters(std::string_view pipeline, const LetterQuery& query) const override;
  ReplayAnswer replay(std::string_view pipeline, const ReplayQuery& query) const override;
  TapOpening tap(std::string_view pipeline, std::string_view stage,
                 std::string filter) const override;

 private:
  /// Null where there is none; it lives as long as the servers.
  const Pipeline* find(std::string_view name) const;
  void record();
  Routes* server_at(const HttpSpec& http, const Serve& serve);

  Metrics& metrics_;
  Scheduler& scheduler_;
  mutable std::mutex
      mutex_;  // guards the list, which a server reads while it is still being filled
  std::vector<std::unique_ptr<Pipeline>> pipelines_;
  std::map<std::string, std::unique_ptr<Routes>>
      servers_;  // by address; they go before what they show
  std::optional<Scheduler::Time> stop_deadline_;
  std::optional<Scheduler::Time> recorded_;
  mutable std::mutex history_mutex_;  // guards the history
  History history_;
};

}  // namespace weir
