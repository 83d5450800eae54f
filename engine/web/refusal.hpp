#pragma once

#include <string>

namespace weir::web {

/// Why a request is not served; a value. What is not understood to the end closes the connection:
/// nobody can say where the next request would start.
struct Refusal {
  int status = 400;
  std::string detail;  ///< for people: what, which value, what to do
};

}  // namespace weir::web
