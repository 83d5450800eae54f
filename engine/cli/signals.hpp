#pragma once

#include <chrono>
#include <optional>

namespace weir {

/// SIGINT and SIGTERM, taken by whoever asks instead of by a handler. Make it before any thread, so
/// that all threads inherit the mask. SIGPIPE and SIGXFSZ are ignored from then on: a broken pipe
/// or a full quota is an error of the call that met it.
class Signals {
 public:
  Signals();
  /// The next signal's number, or nothing when `longest` is over.
  std::optional<int> wait(std::chrono::milliseconds longest) const;
};

}  // namespace weir
