#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>
#include <weir/stage.hpp>

#include "auditor.hpp"
#include "connection.hpp"
#include "ledger.hpp"
#include "mapping.hpp"
#include "pg-sink.schema.hpp"
#include "plan.hpp"
#include "positions.hpp"
#include "reader.hpp"
#include "replays.hpp"
#include "statements.hpp"
#include "traffic.hpp"
#include "writer.hpp"

namespace weir::pg_sink {

/// The stage: what its workers share, and what answers lookups.
class PgSink {
 public:
  static constexpr Info info{
      .id = "pg-sink",
      .summary = "Stores messages in PostgreSQL tables, and gives them back.",
      .schema = weir::schemas::pg_sink};

  class Worker;

  explicit PgSink(const Context& context);

  void start();
  void stop();
  Answer find(std::string_view key, Visit visit, std::uint64_t& lease);
  Answer latest(std::size_t limit, Visit visit);
  Claim claim(std::uint64_t lane, std::string_view origin);
  void positions(VisitPosition visit);
  void lost(std::uint64_t lane, std::string_view) { positions_.lost(lane); }
  void audit(std::string_view origin, std::span<const weir_message> messages, VisitAccount visit);
  Replayed replay(const Batch& letter, bool trial);
  void replayed(std::string_view origin, std::span<const std::int64_t> positions,
                std::span<std::int64_t> times_us);

 private:
  /// What start() has learnt from the database.
  struct Ready {
    Plan plan;
    Statements statements;
    std::unique_ptr<Reader> reader;
    std::unique_ptr<Auditor> auditor;
    std::unique_ptr<Replays> replays;
  };

  std::shared_ptr<Ready> ready() const;
  std::shared_ptr<Ready> prepare(Connection& connection, Clock::time_point deadline) const;

  Host host_;
  Mapping mapping_;
  Connection::Settings settings_;
  MessageLimits limits_;
  std::size_t lookups_;
  Traffic traffic_;
  Ledger ledger_;
  Positions positions_;

  mutable std::mutex lock_;  // guards the pointer
  std::shared_ptr<Ready>
      ready_;  // shared: a lookup or a worker may still use it when the stage is stopped
};

/// One connection, one shard.
class PgSink::Worker {
 public:
  explicit Worker(PgSink& stage);

  void process(const Batch& batch, Edit& edit) { writer_.store(batch, edit); }
  void interrupt() { writer_.interrupt(); }

 private:
  std::shared_ptr<const Ready> ready_;
  Writer writer_;
};

}  // namespace weir::pg_sink
