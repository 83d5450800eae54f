#pragma once

#include <string>
#include <string_view>

namespace weir::web {

/// Why a request is not served; a value. What is not understood to the end closes the connection:
/// nobody can say where the next request would start.
struct Refusal {
  int status = 400;
  std::string detail;                    ///< for people: what, which value, what to do
  std::string_view allow = "GET, HEAD";  ///< with 405: the methods that are served there
};

}  // namespace weir::web
