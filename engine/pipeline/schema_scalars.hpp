#pragma once

#include "engine/pipeline/schema_check.hpp"

namespace weir {

/// The keywords that look at a value alone: enum, const, bounds, lengths, pattern, format. `name`
/// is what the value is called in an error text, such as "`port`". [any]
void check_value_keywords(const Node& node, const StageSchema::Object& schema,
                          const std::string& name, std::vector<Fault>& faults);

/// Equal as JSON Schema has it: numbers by value, maps in any order. [any]
bool equal_values(const Node& a, const Node& b);

}  // namespace weir
