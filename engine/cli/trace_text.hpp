#pragma once

#include <Poco/JSON/Object.h>
#include <string>

namespace weir {

/// Whether a pipeline's answer has anything of what was asked for.
bool knows_something(const Poco::JSON::Object& answer);

/// What a pipeline knows of a message, for people: its way, where it is kept, its dead letters.
std::string trace_text(const std::string& pipeline, const Poco::JSON::Object& answer);

}  // namespace weir
