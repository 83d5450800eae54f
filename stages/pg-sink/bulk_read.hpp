#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <weir/stage.hpp>

#include "connection.hpp"
#include "plan.hpp"
#include "statements.hpp"

namespace weir::pg_sink {

/// The rows of the newest documents, where these are most of what there is: all rows of all tables
/// are copied out and joined here, which takes the database a fraction of the time of finding the
/// rows of each document. Takes about half of the documents' size. One thread, which another one
/// helps while show() runs.
class BulkRead {
 public:
  /// Reads the rows of the `limit` newest documents, in a transaction that has one snapshot for all
  /// of its statements; where there is a `second` session that sees the same one, over both at a
  /// time. Nothing: the tables hold far more than that. Throws DatabaseError. The plan is borrowed.
  static std::optional<BulkRead> of(Connection& connection, Connection* second, const Plan& plan,
                                    const Statements& statements, std::size_t limit);
  ~BulkRead();
  BulkRead(BulkRead&&) noexcept;
  BulkRead& operator=(BulkRead&&) noexcept;

  /// Shows the documents, the newest first.
  void show(Visit visit) const;

 private:
  struct Rows;
  struct Part;
  class Documents;
  BulkRead(const Plan& plan, std::unique_ptr<Rows> rows);

  const Plan* plan_;
  std::unique_ptr<Rows> rows_;
};

}  // namespace weir::pg_sink
