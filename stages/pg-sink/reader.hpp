#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>
#include <weir/stage.hpp>

#include "connection.hpp"
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
  Answer show(const Rows& rows, std::string_view key, Visit visit) const;
  Rows ask(const std::string& statement);
  bool visit_part(Connection& connection, const Rows& roots, Clock::time_point deadline,
                  Visit visit) const;
  std::vector<std::string> children_of(const Rows& roots) const;

  const Plan* plan_;
  const Statements* statements_;
  Pool pool_;
};

}  // namespace weir::pg_sink
