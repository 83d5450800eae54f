#pragma once

#include <cstdint>

namespace weir {

/// Where a pipeline's trace has its notes of messages that go together: what a source emitted at
/// once, or a step inserted. Numbers of the trace; 0: it has none.
struct Noted {
  std::uint64_t batch = 0;
  std::uint64_t first = 0;  ///< of the first message

  bool operator==(const Noted&) const = default;
};

}  // namespace weir
