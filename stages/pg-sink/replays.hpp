#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>
#include <weir/stage.hpp>

#include "connection.hpp"
#include "ledger.hpp"
#include "plan.hpp"
#include "pool.hpp"
#include "shredder.hpp"
#include "statements.hpp"

namespace weir::pg_sink {

/// Stores messages that were rejected before, each in a transaction that also marks it as replayed,
/// over connections of its own. [any] Throws DatabaseError when PostgreSQL is away.
class Replays {
 public:
  /// Plan, statements and ledger are borrowed and outlive this.
  Replays(const Plan& plan, const Statements& statements, const Ledger& ledger,
          const Connection::Settings& settings);

  /// The messages that one letter has become. With `trial` the transaction is rolled back.
  Replayed store(const Batch& letter, bool trial);

  /// When each was replayed, in microseconds since the Unix epoch; -1: it was not.
  void times(std::string_view origin, std::span<const std::int64_t> positions,
             std::span<std::int64_t> times_us);

 private:
  class Transaction;
  template <class F>
  auto over_connection(Clock::time_point deadline, F&& ask);

  const Plan& plan_;
  const Statements& statements_;
  const Ledger& ledger_;
  Pool pool_;
};

}  // namespace weir::pg_sink
