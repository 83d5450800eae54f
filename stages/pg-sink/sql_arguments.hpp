#pragma once

#include <span>
#include <string>
#include <string_view>

#include "plan.hpp"
#include "shredder.hpp"

namespace weir::pg_sink {

/// Writes the EXECUTE statements that carry rows to what Statements has prepared.
class SqlArguments {
 public:
  using Records = std::span<const BatchRows::Record* const>;

  SqlArguments(const Plan& plan, const BatchRows& rows) : plan_(plan), rows_(rows) {}

  std::string upsert(Records records, std::string_view origin) const;
  std::string insert(std::size_t table, Records records) const;
  std::string remove(std::size_t table, Records records) const;

 private:
  void add_columns(std::size_t table, Records records, std::string& sql) const;

  const Plan& plan_;
  const BatchRows& rows_;
};

}  // namespace weir::pg_sink
