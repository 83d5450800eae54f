#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>
#include <weir/stage.hpp>

#include "connection.hpp"
#include "database_error.hpp"
#include "ledger.hpp"
#include "new_keys.hpp"
#include "plan.hpp"
#include "positions.hpp"
#include "shredder.hpp"
#include "statements.hpp"
#include "traffic.hpp"
#include "writer_session.hpp"

namespace weir::pg_sink {

/// Stores batches, each in one transaction, over a connection of its own. One thread, but for
/// interrupt().
class Writer {
 public:
  /// All are borrowed and outlive the writer.
  Writer(const Plan& plan, const Statements& statements, const Connection::Settings& settings,
         const Ledger& ledger, const Positions& positions, const Traffic& traffic, const Host& host)
      : plan_(&plan),
        statements_(&statements),
        ledger_(&ledger),
        positions_(&positions),
        traffic_(&traffic),
        host_(&host),
        session_(settings, statements),
        shredder_(plan) {
    for (const TablePlan& table : plan.tables) {
      if (table.has_rules) new_keys_.give_up();
    }
  }

  /// Returns when the batch is committed, its lane's position with it; unfit messages are rejected.
  /// Throws Retry, Fenced when another instance has claimed the lane, or std::runtime_error to
  /// stop.
  void store(const Batch& batch, Edit& edit);

  /// [any]
  void interrupt() noexcept { session_.interrupt(); }

 private:
  using Record = BatchRows::Record;
  using Records = std::vector<const Record*>;

  /// What taking the lane's position along has come to.
  enum class Advance {
    moved,       ///< the transaction is open, and moves it
    done_before  ///< this batch was committed already: its answer was lost on the way
  };

  void shred(const Batch& batch, Edit& edit);
  void reject(const Batch& batch, Edit& edit, std::size_t index, std::string_view code,
              std::string_view reason, std::optional<std::string_view> pointer = std::nullopt);
  void transact(const Batch& batch, Edit& edit);
  void store_new(const Batch& batch, Edit& edit);
  Advance insert(const Batch& batch, const Records& last, Edit& edit);
  Advance copy(const Batch& batch, const Records& last, Edit& edit);
  Advance upsert(const Batch& batch, Edit& edit);
  void send(const Records& records, std::string_view origin, std::string_view moment);
  void reconsider(const DatabaseError& refusal);
  Advance begin(const Batch& batch, std::vector<std::string> statements, std::vector<Rows>& given);
  Advance resolve(const Batch& batch);
  void store_singly(const Batch& batch, Edit& edit);
  bool store_halves(std::span<const Record* const> records, std::string_view origin,
                    bool known_bad);
  bool store_part(std::span<const Record* const> records, std::string_view origin);
  void store_rows(std::span<const Record* const> records, std::string_view origin);
  void store_below(std::size_t records, const Records& last, const Rows& answer);
  void commit(const Batch& batch, Edit& edit);
  void count() const;
  [[noreturn]] void give_up(const DatabaseError& error);

  const Plan* plan_;
  const Statements* statements_;
  const Ledger* ledger_;
  const Positions* positions_;
  const Traffic* traffic_;
  const Host* host_;
  WriterSession session_;
  Shredder shredder_;
  BatchRows rows_;
  Records records_;                    // those that are to be stored, in the batch's order
  std::vector<RejectedAt> rejects_;    // all of the batch: of the steps before, and our own
  std::optional<std::int64_t> epoch_;  // of the lane's claim; none: nobody keeps its position
  std::size_t superseded_ = 0;
  bool all_inserted_ = false;  // by the last upsert
  NewKeys new_keys_;
  std::vector<std::string> copy_texts_;  // by table; used again, so that their memory is

  // What PostgreSQL has refused of the batch in hand, by message: kept when the batch is given back
  // half-searched, so that the search goes on where it was.
  std::map<std::size_t, std::string> refused_;
  std::pair<std::uint64_t, std::int64_t> refused_of_{};  // (lane, first) of that batch
};

}  // namespace weir::pg_sink
