#pragma once

#include "engine/pipeline/document.hpp"

#include <optional>
#include <string_view>

namespace weir {

/// What one pipeline file may cost, whoever wrote it.
struct YamlLimits {
  static constexpr std::size_t bytes = 1024 * 1024;
  static constexpr std::size_t nodes = 10'000;  ///< aliases counted by what they stand for
  static constexpr std::size_t depth = 64;
  static constexpr std::size_t copied_bytes = 4 * 1024 * 1024;  ///< by anchors and aliases
  static constexpr std::size_t key_bytes = 256;
};

/// YAML text as a tree with places; scalars without quotes are typed, variables are not yet
/// substituted. Nothing when the text is no YAML; then, and when it is YAML that a pipeline may not
/// use (a key twice, tags), there are findings. [any]
std::optional<Node> read_yaml(std::string_view text, Findings& findings);

}  // namespace weir
