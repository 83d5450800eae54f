#include "ledger.hpp"

#include "cells.hpp"

namespace weir::pg_sink {
namespace {

std::string literal(std::string_view text) {
  std::string sql;
  append_literal(sql, text);
  return sql;
}

/// PostgreSQL's bigint has a sign, a mark has none: the bits count.
std::string mark_text(std::uint64_t mark) {
  return std::to_string(static_cast<std::int64_t>(mark));
}

std::int64_t integer_or(std::int64_t without, const Rows& rows, std::size_t column) {
  return rows.is_null(0, column) ? without : integer(rows.text(0, column));
}

constexpr char row_columns[] = "epoch, next, last, mark";

}  // namespace

Ledger::Ledger(std::string_view pipeline) : pipeline_(literal(pipeline)) {}

std::string Ledger::where(std::string_view origin) const {
  return " WHERE pipeline = " + pipeline_ + " AND origin = " + literal(origin);
}

std::string Ledger::claim(std::string_view origin, std::string_view by) const {
  return "INSERT INTO weir_positions AS p (pipeline, origin, epoch, claimed_by) VALUES (" +
         pipeline_ + ", " + literal(origin) + ", 1, " + literal(by) +
         ") ON CONFLICT (pipeline, origin) DO UPDATE SET epoch = p.epoch + 1, "
         "claimed_by = excluded.claimed_by, claimed_at = now() RETURNING " +
         row_columns;
}

std::string Ledger::advance(const Batch& batch, std::int64_t epoch) const {
  std::string sql =
      "UPDATE weir_positions SET moved_at = now(), next = " + std::to_string(batch.commit_to());
  if (batch.last() >= 0)
    sql += ", last = " + std::to_string(batch.last()) + ", mark = " + mark_text(batch.mark());
  return sql + where(batch.origin()) + " AND epoch = " + std::to_string(epoch) +
         " AND (next IS NULL OR next = " + std::to_string(batch.first()) + ") RETURNING 1";
}

std::string Ledger::find(std::string_view origin) const {
  return std::string("SELECT ") + row_columns + " FROM weir_positions" + where(origin);
}

std::string Ledger::positions() const {
  return "SELECT origin, next FROM weir_positions WHERE next IS NOT NULL AND pipeline = " +
         pipeline_;
}

std::string Ledger::rejects(std::string_view origin, std::int64_t first, std::int64_t last) const {
  return "SELECT position, code FROM weir_rejects" + where(origin) + " AND position BETWEEN " +
         std::to_string(first) + " AND " + std::to_string(last) + " AND replayed_at IS NULL";
}

std::string Ledger::lock_reject(std::string_view origin, std::int64_t position) const {
  return "SELECT to_char(replayed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') FROM "
         "weir_rejects" +
         where(origin) + " AND position = " + std::to_string(position) + " FOR UPDATE";
}

std::string Ledger::mark_replayed(std::string_view origin, std::int64_t position) const {
  return "UPDATE weir_rejects SET replayed_at = now()" + where(origin) +
         " AND position = " + std::to_string(position);
}

std::string Ledger::replays(std::string_view origin,
                            std::span<const std::int64_t> positions) const {
  std::string sql =
      "SELECT position, (extract(epoch FROM replayed_at) * 1000000)::bigint FROM weir_rejects" +
      where(origin) + " AND replayed_at IS NOT NULL AND position = ANY ('{";
  for (std::size_t i = 0; i < positions.size(); ++i)
    sql += (i > 0 ? "," : "") + std::to_string(positions[i]);
  return sql + "}')";
}

std::string Ledger::record(std::string_view origin, std::span<const RejectedAt> rejects) const {
  const std::string lane = "(" + pipeline_ + ", " + literal(origin) + ", ";
  std::string sql = "INSERT INTO weir_rejects (pipeline, origin, position, code) VALUES ";
  for (const RejectedAt& reject : rejects) {
    if (&reject != &rejects.front()) sql += ", ";
    sql += lane + std::to_string(reject.position) + ", ";
    append_literal(sql, reject.code);
    sql += ')';
  }
  return sql + " ON CONFLICT DO NOTHING";
}

std::vector<std::string> Ledger::check() {
  return {
      "UPDATE weir_positions SET epoch = 0, next = 0, last = 0, mark = 0, claimed_by = '', "
      "claimed_at = now(), moved_at = now() WHERE false",
      "INSERT INTO weir_positions (pipeline, origin, epoch) SELECT '', '', 0 WHERE false",
      "INSERT INTO weir_rejects (pipeline, origin, position, code) SELECT '', '', 0, '' WHERE "
      "false",
      "UPDATE weir_rejects SET replayed_at = now() WHERE false",
      "SELECT FROM weir_rejects WHERE false"};
}

Ledger::Row Ledger::row(const Rows& rows) {
  return {.epoch = integer_or(0, rows, 0),
          .claim = {.next = integer_or(-1, rows, 1),
                    .last = integer_or(-1, rows, 2),
                    .mark = static_cast<std::uint64_t>(integer_or(0, rows, 3))}};
}

}  // namespace weir::pg_sink
