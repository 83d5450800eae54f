#pragma once

#include "engine/pipeline/catalog.hpp"
#include "engine/pipeline/schema_check.hpp"

#include <string>
#include <vector>

namespace weir {

/// A stage's `with:`, complete.
struct StageConfig {
  std::string json;
  std::vector<StageReference> references;
};

/// Checks `with:` against the stage type's schema and fills in its defaults. `with` is null where
/// the file has none; `place` is then shown for what is missing. What is wrong becomes findings.
/// [any]
StageConfig read_stage_config(const Member* with, const Place& place, const StageInfo& type,
                              Findings& findings);

}  // namespace weir
