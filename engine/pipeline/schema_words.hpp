#pragma once

#include "engine/pipeline/document.hpp"
#include "engine/pipeline/stage_schema.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace weir {

/// What people call a JSON type: "a text", "true or false", "a list".
std::string type_word(std::string_view json_type);

/// "a text, a list or a map".
std::string join_or(const std::vector<std::string>& words);

/// How to write a value of the wrong type right; empty where there is nothing to say.
std::string type_help(const Node& node, const std::vector<std::string>& json_types);

/// A schema's constant, as YAML writes it.
std::string constant_word(const StageSchema::Value& value);

/// What the schema says of a member, for the help line.
std::string description_of(const StageSchema::Object& schema);

}  // namespace weir
