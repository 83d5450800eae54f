#pragma once

#include "engine/pipeline/document.hpp"
#include "engine/pipeline/stage_schema.hpp"

namespace weir {

/// Puts in what the file leaves out and the schema has a default for, below `properties`, `items`,
/// `additionalProperties` and `allOf`, in defaults too. Branches (anyOf, oneOf, if) are left alone:
/// which of them counts is not known before the defaults are. A whole number without quotes becomes
/// a text where the schema wants one of the format `bytes`. Throws std::invalid_argument for
/// defaults that hold each other without end. [any]
void fill_defaults(Node& node, const StageSchema& schema);

/// A schema's constant as a value of a file. [any]
Node constant(const StageSchema::Value& value, const Place& place);

}  // namespace weir
