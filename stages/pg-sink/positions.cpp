#include "positions.hpp"

#include "database_error.hpp"

namespace weir::pg_sink {
namespace {

using std::chrono::milliseconds;

// Together well below the 10 s that a poll of the source may take, which asks the brokers as well.
constexpr milliseconds connect_limit{2'000};
constexpr milliseconds answer_limit{4'000};

}  // namespace

Rows Positions::ask(const std::string& statement) {
  const std::lock_guard lock(asking_);
  try {
    if (!connection_ || !connection_->usable()) {
      connection_.reset();
      connection_ = std::make_unique<Connection>(settings_, Clock::now() + connect_limit);
    }
    return connection_->run(statement, Clock::now() + answer_limit);
  } catch (const DatabaseError&) {
    connection_.reset();
    throw;
  }
}

Claim Positions::claim(std::uint64_t lane, std::string_view origin) {
  const Ledger::Row row = Ledger::row(ask(ledger_->claim(origin, settings_.application)));
  const std::lock_guard lock(lock_);
  any_claimed_ = true;
  epochs_[lane] = row.epoch;
  return row.claim;
}

void Positions::visit(VisitPosition visit) {
  const Rows rows = ask(ledger_->positions());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!visit(rows.text(i, 0), integer(rows.text(i, 1)))) return;
  }
}

void Positions::lost(std::uint64_t lane) {
  const std::lock_guard lock(lock_);
  epochs_.erase(lane);
}

std::optional<std::int64_t> Positions::epoch(std::uint64_t lane) const {
  const std::lock_guard lock(lock_);
  const auto found = epochs_.find(lane);
  if (found != epochs_.end()) return found->second;
  if (any_claimed_) throw Fenced("the lane was given up while its batch was under way");
  return std::nullopt;
}

}  // namespace weir::pg_sink
