#pragma once

#include <weir/stage.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>

#include "connection.hpp"
#include "ledger.hpp"

namespace weir::pg_sink {

/// The lanes that this instance has claimed, and the claiming itself, over a connection of its own.
/// [any]
class Positions {
 public:
  /// `ledger` is borrowed and outlives this.
  Positions(const Ledger& ledger, Connection::Settings settings)
      : ledger_(&ledger), settings_(std::move(settings)) {}

  /// Waits for a predecessor's transaction. Throws DatabaseError.
  Claim claim(std::uint64_t lane, std::string_view origin);
  void visit(VisitPosition visit);
  void lost(std::uint64_t lane);

  /// Of the lane's claim. Nothing where the pipeline's source claims no lanes. Throws Fenced where
  /// it does, and this one was given up.
  std::optional<std::int64_t> epoch(std::uint64_t lane) const;

 private:
  Rows ask(const std::string& statement);

  const Ledger* ledger_;
  const Connection::Settings settings_;

  std::mutex asking_;  // guards the connection
  std::unique_ptr<Connection> connection_;

  mutable std::mutex lock_;  // guards all below; never held while PostgreSQL is asked
  std::map<std::uint64_t, std::int64_t> epochs_;
  bool any_claimed_ = false;
};

}  // namespace weir::pg_sink
