#pragma once

#include <cstdlib>
#include <random>
#include <string>

namespace weir::testing {

/// A new seed for each run, or that of WEIR_SEED, to see a failure again.
inline unsigned seed() {
  const char* given = std::getenv("WEIR_SEED");
  return given != nullptr ? static_cast<unsigned>(std::stoul(given)) : std::random_device{}();
}

}  // namespace weir::testing
