#pragma once

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace weir::fuzz {

/// Ends the process when something that must hold does not: libFuzzer then keeps the input.
inline void expect(bool holds, std::string_view what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %.*s\n", static_cast<int>(what.size()), what.data());
  std::abort();
}

}  // namespace weir::fuzz
