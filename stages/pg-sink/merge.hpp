#pragma once

#include <span>
#include <vector>

#include "connection.hpp"
#include "shredder.hpp"

namespace weir::pg_sink {

using Chosen = std::vector<const BatchRows::Record*>;

/// By key, so that two writers take their row locks in one order; of each key only the last
/// message.
Chosen merged_by_key(const BatchRows& rows, std::span<const BatchRows::Record* const> records);

/// Which of the root's rows an upsert has written.
struct Taken {
  Chosen fresh;     ///< inserted
  Chosen replaced;  ///< may have had rows in other tables
  std::size_t size() const { return fresh.size() + replaced.size(); }
};

/// `upserted` are in the order of merged_by_key(); `answer` has (key, inserted) of each that was
/// written.
Taken taken_of(const BatchRows& rows, const Chosen& upserted, const Rows& answer);

}  // namespace weir::pg_sink
