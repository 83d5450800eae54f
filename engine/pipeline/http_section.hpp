#pragma once

#include "engine/pipeline/fields.hpp"
#include "engine/pipeline/spec.hpp"

#include <optional>

namespace weir {

/// Reads `http:` of a pipeline file; absent where it has none. What is wrong becomes findings.
/// [any]
std::optional<HttpSpec> read_http(const Fields& top, Findings& findings);

}  // namespace weir
