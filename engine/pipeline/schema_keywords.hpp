#pragma once

#include "engine/pipeline/stage_schema.hpp"

#include <functional>

namespace weir {

/// Calls `visit` with each schema object at and below `schema`, in its place as a schema: not with
/// a property that happens to be called like a keyword. `$ref` is not followed.
void for_each_schema(const StageSchema::Value& schema,
                     const std::function<void(const StageSchema::Object&)>& visit);

/// Throws std::invalid_argument where `root` is not a draft-07 schema: an unknown keyword, a
/// keyword with a value of the wrong kind, a bad regular expression, a `$ref` that leads nowhere or
/// round in a circle.
void check_keywords(const StageSchema& schema);

}  // namespace weir
