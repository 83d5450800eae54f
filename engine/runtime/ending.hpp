#pragma once

#include "engine/runtime/lane.hpp"

#include <string>

namespace weir {

/// How a batch's way through the chain has ended.
struct Ending {
  /// abandoned: given up in the midst of a wait; fenced: another instance has claimed the lane.
  enum class Kind { accepted, failed, abandoned, fenced } kind = Kind::abandoned;
  Outcome outcome{};
  std::string stage{}, why{};  ///< of failed and fenced
};

}  // namespace weir
