#pragma once

#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "database_error.hpp"

namespace weir::pg_sink {

using Clock = std::chrono::steady_clock;

/// What a statement gave back, as text. Views live as long as any copy of it.
class Rows {
 public:
  std::size_t size() const;
  std::size_t columns() const;
  std::string_view text(std::size_t row, std::size_t column) const;  ///< empty for NULL
  bool is_null(std::size_t row, std::size_t column) const;

 private:
  friend class Connection;
  struct Held;
  std::shared_ptr<const Held>
      held_;  // shared, because Rows are values and PostgreSQL's result is not
};

/// What PostgreSQL has written as a bigint.
inline std::int64_t integer(std::string_view text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

/// What statements gave back, one after the other, as far as they went.
struct Answers {
  std::vector<Rows> rows;
  std::optional<DatabaseError> failure;  ///< of the statement behind them, which ended them
};

/// What goes into one table: the statement COPY ... FROM STDIN, and its rows in its format.
struct TableRows {
  std::string_view statement, rows;
};

/// One session with PostgreSQL. One thread at a time, but for shut(). No call waits longer than its
/// deadline: a server that is frozen or cut off ends the session, not the caller. Failures are
/// DatabaseErrors.
class Connection {
 public:
  struct Settings {
    std::string dsn;  ///< libpq's connection string; kept out of every error text
    std::string application;
    std::chrono::milliseconds statement_timeout{};
  };

  /// Throws std::runtime_error when `dsn` cannot be read as a connection string. No I/O.
  static void check(const std::string& dsn);

  Connection(const Settings& settings, Clock::time_point deadline);
  ~Connection();

  /// Runs statements in one round trip, each without a semicolon of its own; the first failure ends
  /// them. In a failed transaction only one at a time: libpqxx sends a query of its own before
  /// several.
  std::vector<Rows> run(std::span<const std::string> statements, Clock::time_point deadline);
  /// The same for who needs the answers before the failure as well; it is given back, not thrown.
  Answers try_run(std::span<const std::string> statements, Clock::time_point deadline);
  Rows run(const std::string& statement, Clock::time_point deadline);

  /// Writes rows by COPY, one table after the other; the first failure ends them. Gives how many
  /// rows each table took.
  std::vector<std::size_t> copy(std::span<const TableRows> tables, Clock::time_point deadline);

  /// Runs `COPY ... TO STDOUT`, and shows its lines, each without its end and only while it is
  /// shown. No line is waited for longer than `patience`.
  void copy_out(const std::string& statement, std::chrono::milliseconds patience,
                const std::function<void(std::string_view)>& visit);

  bool usable() const;

  /// Names this session on the server for ever, as a condition on pg_stat_activity.
  const std::string& session() const;

  /// [any] Cuts the line: a call under way fails soon, as if the server had gone.
  void shut() noexcept;

 private:
  struct Session;
  std::unique_ptr<Session> session_;
};

}  // namespace weir::pg_sink
