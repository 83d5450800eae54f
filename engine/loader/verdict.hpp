#pragma once

#include "engine/loader/text.hpp"

#include <weir/abi.h>

#include <string>
#include <utility>

namespace weir {

/// What a call into a plugin came to, and why, for people.
struct Verdict {
  weir_status status = WEIR_OK;
  std::string why{};
};

/// Runs one call of the ABI and pairs its status with its words; a status that v1 does not know is
/// a failure.
template <class Call>
Verdict judged(Call call) {
  weir_error error;
  error.text[0] = '\0';
  const weir_status status = call(&error);
  if (status == WEIR_OK) return {};
  if (status < WEIR_OK || status > WEIR_FENCED) {
    return {WEIR_FAILED, "the stage answered with the unknown status " + std::to_string(status) +
                             "; mend the plugin"};
  }
  std::string why(text(error));
  if (why.empty() && status != WEIR_END) why = "the stage gave no reason";
  return {status, std::move(why)};
}

}  // namespace weir
