#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "connection.hpp"
#include "statements.hpp"

namespace weir::pg_sink {

/// The writer's session with PostgreSQL: kept from one batch to the next, and made anew where it
/// was lost. What fails throws DatabaseError; where a batch's time is up, or it was interrupted,
/// Retry. One thread, but for interrupt().
class WriterSession {
 public:
  /// Both are borrowed and outlive the session.
  WriterSession(const Connection::Settings& settings, const Statements& statements)
      : settings_(&settings), statements_(&statements) {}

  /// A batch is being stored as long as it lives; all that is run for it ends in time.
  class [[nodiscard]] Use {
   public:
    explicit Use(WriterSession& session);
    ~Use() { session_->busy_ = false; }
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;

   private:
    WriterSession* session_;
  };

  /// Makes the session, where there is none that is usable.
  void open();

  std::vector<Rows> run(std::span<const std::string> statements);
  void run(const char* statement);
  Answers try_run(std::span<const std::string> statements);
  std::vector<std::size_t> copy(std::span<const TableRows> tables);

  /// Ends the transaction at hand; the session, where that fails.
  void roll_back() noexcept;
  void close() noexcept;

  /// [any] What is run for the batch in hand fails soon.
  void interrupt() noexcept;

 private:
  void check_time() const;
  Clock::time_point call_deadline() const;

  const Connection::Settings* settings_;
  const Statements* statements_;
  Clock::time_point deadline_{};
  std::mutex lock_;  // guards the pointer against interrupt(); only the worker's thread changes it
  std::unique_ptr<Connection> connection_;
  std::string
      abandoned_;  // the session before, which may still be at work; see Connection::session
  std::atomic<bool> busy_ = false;
  std::atomic<bool> interrupted_ = false;
};

}  // namespace weir::pg_sink
