#pragma once

#include <Poco/JSON/Object.h>
#include <string>

namespace weir {

/// One of many dead letters, for people: two lines.
std::string letter_lines(const Poco::JSON::Object& letter);

/// All that is known of one, with its value.
std::string letter_text(const Poco::JSON::Object& letter);

/// Its value, byte for byte; empty where it has none.
std::string letter_value(const Poco::JSON::Object& letter);

}  // namespace weir
