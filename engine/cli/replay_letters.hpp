#pragma once

#include "engine/cli/letter_service.hpp"

#include <string>
#include <vector>

namespace weir {

struct ReplayOptions {
  std::vector<std::string> places;  ///< none: the filter says which
  std::string token;                ///< empty: none
  bool dry_run = false, json = false;
};

/// Has the service replay letters of its one pipeline, and prints what became of each. The exit
/// code: whether all that were named are done with.
int replay_letters(const Asked& asked, const DeadLetterOptions& which,
                   const ReplayOptions& options);

}  // namespace weir
