#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <weir/stage.hpp>

#include "column.hpp"
#include "connection.hpp"
#include "joiner.hpp"
#include "plan.hpp"
#include "pool.hpp"
#include "statements.hpp"

namespace weir::pg_sink {

/// Gives documents back: by key, and the newest ones. [any] Both throw DatabaseError when
/// PostgreSQL is away.
class Reader {
 public:
  /// Both are borrowed and outlive the reader.
  Reader(const Plan& plan, const Statements& statements, Connection::Settings settings,
         std::size_t most_connections);

  Answer find(std::string_view key, Visit visit);
  Answer latest(std::size_t limit, Visit visit);

 private:
  class Patience;

  Rows ask(const std::string& statement);
  void see_the_same(Connection& first, std::optional<Pool::Lease>& second);
  void show_parts(Connection& connection, std::size_t limit, const Patience& patience_left,
                  bool& visited, Visit visit) const;

  const Plan& plan_;
  const Statements& statements_;
  const Joiner joiner_;
  Pool pool_;
};

}  // namespace weir::pg_sink
