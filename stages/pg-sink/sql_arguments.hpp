#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "plan.hpp"
#include "shredder.hpp"

namespace weir::pg_sink {

/// Writes the EXECUTE statements that carry rows to what Statements has prepared.
class SqlArguments {
 public:
  using Records = std::span<const BatchRows::Record* const>;

  SqlArguments(const Plan& plan, const BatchRows& rows) : plan_(plan), rows_(rows) {}

  std::string add(Records records, std::string_view origin) const;
  std::string upsert(Records records, std::string_view origin) const;
  std::string replay(Records records, std::string_view origin) const;

  /// What stores the rows of the other tables: of records whose root's row is `fresh`, and of those
  /// whose `replaced` one that may have had rows there.
  std::vector<std::string> below(Records fresh, Records replaced) const;

 private:
  std::string roots_into(const char* statement, Records records, std::string_view origin) const;
  std::size_t rows_in(std::size_t table, const BatchRows::Record& record) const;
  std::string rows_into(const char* statement, std::size_t table, Records records) const;
  std::string remove(std::size_t table, Records records) const;
  std::string trim(std::size_t table, Records records) const;
  void add_keys(Records records, std::string& sql) const;
  void add_columns(std::size_t table, Records records, std::string& sql) const;

  const Plan& plan_;
  const BatchRows& rows_;
};

}  // namespace weir::pg_sink
