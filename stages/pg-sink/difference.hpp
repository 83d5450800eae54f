#pragma once

#include <optional>
#include <string>

#include "document.hpp"

namespace weir::pg_sink {

/// Where two documents first differ as JSON values, a JSON Pointer into `expected`; nothing where
/// they are equal: members in any order, numbers by their decimal value.
std::optional<std::string> difference(const Document& expected, const Document& actual);

}  // namespace weir::pg_sink
