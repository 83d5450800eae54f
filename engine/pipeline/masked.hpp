#pragma once

#include "engine/pipeline/document.hpp"

#include <string>

namespace weir {

/// The document as YAML that may be shown to others: variables as they are written, anchors as what
/// they stand for, no comments, and `***` where a secret stands, or something that might be one.
std::string masked_yaml(const Node& root);

}  // namespace weir
