#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "origin.hpp"

namespace weir::cache_sink {

/// The origins that were ever seen, and which of them are ours. There are as many as the store has
/// lanes, so none is forgotten. Every member [any].
class Lanes {
 public:
  using Positions = std::vector<std::pair<std::string, std::int64_t>>;  // origin, next

  /// `forget` drops what the cache holds of an origin, and cancels what readers of the store are
  /// about to bring. It must not call back.
  explicit Lanes(std::function<void(const Origin&)> forget);

  const Origin& origin(std::string_view name);

  /// These are the positions before the store is read for the first time: an origin that is gained
  /// at the same position was written by nobody since, so what is held of it is true.
  void note(const Positions& positions);

  void gain(std::uint64_t lane, std::string_view origin, std::int64_t next);
  void lose(std::uint64_t lane, std::string_view origin);
  /// A batch of the lane has come. An engine that says nothing of gained lanes means that it is
  /// ours.
  void meet(std::uint64_t lane, const Origin& origin);

 private:
  struct Held {
    explicit Held(std::string name, std::optional<std::int64_t> at_note)
        : origin(std::move(name)), noted(at_note) {}
    Origin origin;
    std::optional<std::int64_t> noted;  // nothing: somebody may have written since
    std::optional<std::uint64_t> lost;  // the lane that was lost last
  };

  // All of these with changes_ held.
  void take(Held& held, std::uint64_t lane, std::int64_t next);
  void see_positions();

  Held& held(std::string_view name);

  const std::function<void(const Origin&)> forget_;
  std::atomic<bool> told_{false};  // of a lane that was gained
  std::mutex changes_;  // one lane comes or goes at a time; guards what Held says of them
  std::mutex mutex_;    // guards all below; taken after changes_
  std::map<std::string, Held, std::less<>> origins_;
  std::optional<std::int64_t> noted_;  // of origins that are not seen yet
};

}  // namespace weir::cache_sink
