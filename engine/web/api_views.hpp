#pragma once

#include "engine/runtime/snapshot.hpp"

#include <Poco/JSON/Object.h>
#include <string>
#include <vector>

namespace weir::web {

/// Everything in the snapshots as JSON: {"pipelines": [...]}.
std::string pipelines_json(const std::vector<PipelineSnapshot>& pipelines);
std::string pipeline_json(const PipelineSnapshot& pipeline);
/// The pipeline file, secrets masked: {"file": …, "yaml": …}.
std::string file_json(const PipelineSnapshot& pipeline);

/// A text that JSON may carry, whatever bytes it has.
Poco::Dynamic::Var json_text(std::string_view text);

/// Members in the order that they are written.
Poco::JSON::Object json_object();

std::string to_text(const Poco::JSON::Object& object);

}  // namespace weir::web
