#pragma once

#include <weir/stage.hpp>

namespace weir::pg_sink {

/// The stage's figures. [any]
struct Traffic {
  Metric batch_seconds, messages, superseded, documents, halvings, refused, retries, inserts,
      copies, fallbacks;

  static Traffic of(const Host& host);
};

}  // namespace weir::pg_sink
