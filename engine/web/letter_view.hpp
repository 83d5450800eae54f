#pragma once

#include "engine/runtime/letter.hpp"

#include <Poco/JSON/Object.h>

namespace weir::web {

/// A dead letter as every answer shows it. What is not UTF-8 has U+FFFD in it, and stands in base64
/// beside it.
Poco::JSON::Object letter_object(const Letter& letter);

}  // namespace weir::web
