#pragma once

#include "engine/observe/metrics.hpp"

#include <string>

namespace weir {

/// The engine's own series of one stage; all shards add to the same ones.
struct StageFigures {
  StageFigures(Metrics& metrics, const std::string& pipeline, const std::string& stage);

  Series& in;        ///< messages that it was given and was done with
  Series& rejected;  ///< messages
  Series& dropped;   ///< messages
  Series& retries;   ///< calls that it asked to be repeated
  Series& duration;  ///< seconds of one call
};

}  // namespace weir
