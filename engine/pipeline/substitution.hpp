#pragma once

#include "engine/pipeline/document.hpp"
#include "engine/pipeline/read.hpp"

namespace weir {

/// Replaces `${NAME}`, `${NAME:-default}` and `${file:/path}` in every scalar below `node`; `$${`
/// stays as `${`. As in a shell, the default also stands in for an empty variable. A scalar without
/// quotes that is one variable and nothing else takes the type that its value has. A value never
/// becomes YAML, and never gets into a finding. [any]
void substitute(Node& node, const Environment& environment, Findings& findings);

}  // namespace weir
