#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace weir {

/// Wakes the source's thread when there is something to do: room was made, or a batch has settled.
/// [any]
class Bell {
 public:
  void ring();
  /// Returns at the first ring since the last wait, or when `longest` is over.
  void wait(std::chrono::milliseconds longest);

 private:
  std::mutex mutex_;
  std::condition_variable rung_;
  bool pending_ = false;
};

}  // namespace weir
