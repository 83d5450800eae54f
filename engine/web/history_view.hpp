#pragma once

#include "engine/runtime/snapshot.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace weir::web {

/// The history of one pipeline by columns, each as long as `times`, null where there was no sample.
/// Nothing: no sample knows it.
std::optional<std::string> history_json(const History& history, std::string_view pipeline);

}  // namespace weir::web
