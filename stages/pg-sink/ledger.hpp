#pragma once

#include <weir/stage.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "connection.hpp"

namespace weir::pg_sink {

/// One rejected message.
struct RejectedAt {
  std::int64_t position;
  std::string code;
};

/// Writes the SQL of the tables weir_positions and weir_rejects for one pipeline. Immutable. [any]
class Ledger {
 public:
  /// What weir_positions says of a lane.
  struct Row {
    std::int64_t epoch = 0;
    Claim claim{};
  };

  explicit Ledger(std::string_view pipeline);

  /// Takes the lane over; gives its row back.
  std::string claim(std::string_view origin, std::string_view by) const;
  /// Moves the lane's position behind the batch, if it still stands before it and the epoch is
  /// still the last one; gives one row back if so.
  std::string advance(const Batch& batch, std::int64_t epoch) const;
  /// The lane's row, if there is one.
  std::string find(std::string_view origin) const;
  /// (origin, next) of each lane that has begun.
  std::string positions() const;
  /// (position, code) of what was rejected from one position to another one, both included, and not
  /// replayed since.
  std::string rejects(std::string_view origin, std::int64_t first, std::int64_t last) const;
  /// The rows of rejected messages; not to be called with none.
  std::string record(std::string_view origin, std::span<const RejectedAt> rejects) const;
  /// (when it was replayed) of a rejected message, whose row is locked; no row: it was not
  /// rejected.
  std::string lock_reject(std::string_view origin, std::int64_t position) const;
  std::string mark_replayed(std::string_view origin, std::int64_t position) const;
  /// (position, microseconds since the Unix epoch) of those that were replayed.
  std::string replays(std::string_view origin, std::span<const std::int64_t> positions) const;
  /// Fails when the tables or the rights to use them are missing, and changes nothing.
  static std::vector<std::string> check();

  /// Reads what claim() and find() give back.
  static Row row(const Rows& rows);

 private:
  std::string where(std::string_view origin) const;

  std::string pipeline_;  // as a literal
};

}  // namespace weir::pg_sink
