#pragma once

#include <string>
#include <string_view>
#include <vector>
#include <weir/stage.hpp>

#include "connection.hpp"
#include "plan.hpp"
#include "statements.hpp"

namespace weir::pg_sink {

/// Joins the rows of all tables to documents, here: the database would need far longer to do it.
/// [any]
class Joiner {
 public:
  /// Both are borrowed and outlive the joiner.
  Joiner(const Plan& plan, const Statements& statements) : plan_(&plan), statements_(&statements) {}

  /// Shows the document of a key, whose rows are those of prepare_find.
  Answer show_one(const Rows& rows, std::string_view key, Visit visit) const;

  /// Shows the documents of some rows of the root, and asks for those of the other tables. False:
  /// no more are wanted. Throws DatabaseError.
  bool show(Connection& connection, const Rows& roots, Clock::time_point deadline,
            Visit visit) const;

 private:
  std::vector<std::string> children_of(const Rows& roots) const;

  const Plan* plan_;
  const Statements* statements_;
};

}  // namespace weir::pg_sink
