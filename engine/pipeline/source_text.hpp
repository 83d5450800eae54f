#pragma once

#include "engine/pipeline/findings.hpp"

#include <string_view>

namespace weir {

/// Whether a file's bytes are a text that YAML allows: not too large, UTF-8, no control characters
/// (yaml-cpp takes a byte 4 for the end of the file). Findings where not. [any]
bool check_source_text(std::string_view text, Findings& findings);

/// Bytes that the scalar at `at` takes in the text, quotes included, as far as they stand on its
/// first line. `closed` is false when its quote never ends.
struct Extent {
  std::size_t width = 1;
  bool closed = true;
};
Extent quoted_extent(std::string_view text, std::size_t at);

}  // namespace weir
