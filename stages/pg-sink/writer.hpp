#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>
#include <weir/stage.hpp>

#include "connection.hpp"
#include "database_error.hpp"
#include "plan.hpp"
#include "shredder.hpp"
#include "statements.hpp"
#include "traffic.hpp"

namespace weir::pg_sink {

/// Stores batches, each in one transaction, over a connection of its own. One thread, but for
/// interrupt().
class Writer {
 public:
  /// All are borrowed and outlive the writer.
  Writer(const Plan& plan, const Statements& statements, const Connection::Settings& settings,
         const Traffic& traffic)
      : plan_(&plan),
        statements_(&statements),
        settings_(&settings),
        traffic_(&traffic),
        shredder_(plan) {}

  /// Returns when the batch is committed; unfit messages are rejected. Throws Retry, or
  /// std::runtime_error to stop.
  void store(const Batch& batch, Edit& edit);

  /// [any]
  void interrupt() noexcept;

 private:
  using Record = BatchRows::Record;
  using Records = std::vector<const Record*>;

  void shred(const Batch& batch, Edit& edit);
  void transact(const Batch& batch, Edit& edit);
  void store_singly(const Batch& batch, Edit& edit);
  void store_halves(std::span<const Record* const> records, std::string_view origin);
  void store_rows(std::span<const Record* const> records, std::string_view origin,
                  const char* before);
  void store_children(const Records& fresh, const Records& replaced);
  void commit(Edit& edit);
  void roll_back() noexcept;
  void count() const;

  void connect();
  void disconnect() noexcept;
  std::vector<Rows> run(std::span<const std::string> statements);
  void run(const char* statement);
  void check_time();
  [[noreturn]] void give_up(const DatabaseError& error);

  const Plan* plan_;
  const Statements* statements_;
  const Connection::Settings* settings_;
  const Traffic* traffic_;
  Shredder shredder_;
  BatchRows rows_;
  Records records_;  // those that are to be stored, in the batch's order
  std::size_t superseded_ = 0;

  // What PostgreSQL has refused of the batch in hand, by message: kept when the batch is given back
  // half-searched, so that the search goes on where it was.
  std::map<std::size_t, std::string> refused_;
  std::pair<std::uint64_t, std::int64_t> refused_of_{};  // (lane, first) of that batch

  Clock::time_point deadline_{};
  std::mutex connection_lock_;  // guards the pointer against interrupt(); only the worker's thread
                                // changes it
  std::unique_ptr<Connection> connection_;
  std::atomic<bool> busy_ = false;  // a call of store() is under way
  std::atomic<bool> interrupted_ = false;
};

}  // namespace weir::pg_sink
