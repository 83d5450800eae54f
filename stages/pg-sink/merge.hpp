#pragma once

#include <span>
#include <vector>

#include "shredder.hpp"

namespace weir::pg_sink {

using Chosen = std::vector<const BatchRows::Record*>;

/// By key, so that two writers take their row locks in one order; of each key only the last
/// message.
Chosen merged_by_key(const BatchRows& rows, std::span<const BatchRows::Record* const> records);

}  // namespace weir::pg_sink
