#pragma once

#include "engine/runtime/snapshot.hpp"
#include "engine/web/reply.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

namespace weir::web {

/// What `/api/events` sends: how all pipelines are, each second anew. Written once a second by
/// whoever asks first, for all who listen, so that many of them cost little. [any]
class Events {
 public:
  explicit Events(const Observed& observed) : observed_(observed) {}

  /// An endless stream of server-sent events. Refused while there are too many.
  Reply reply();

  /// The state of all pipelines as an event; the same text for a second.
  std::shared_ptr<const std::string> latest();

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::seconds period{1};

  const Observed& observed_;
  std::shared_ptr<int> listeners_ = std::make_shared<int>();  // as many as it has other owners
  std::mutex mutex_;                                          // guards all below
  std::shared_ptr<const std::string> latest_;
  Clock::time_point made_{};
  std::uint64_t number_ = 0;
};

}  // namespace weir::web
