#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <utility>

namespace weir::cache_sink {

/// Where documents came from, and which lane of ours brings more of them, if any: then nobody else
/// writes such documents, and what is held of them is the newest there is. Lives as long as its
/// Lanes, so documents point to it. Every member [any].
class Origin {
 public:
  explicit Origin(std::string name) : name_(std::move(name)) {}

  /// Empty: not known.
  const std::string& name() const { return name_; }
  bool known() const { return !name_.empty(); }

  bool is_ours() const { return holder_.load(std::memory_order_acquire) != nobody; }
  bool is_held_by(std::uint64_t lane) const {
    const std::uint64_t holder = holder_.load(std::memory_order_acquire);
    // Documents of unknown origin may come by any lane.
    return known() ? holder == lane : holder != nobody;
  }
  void hold(std::uint64_t lane) { holder_.store(lane, std::memory_order_release); }
  void release() { holder_.store(nobody, std::memory_order_release); }

 private:
  static constexpr std::uint64_t nobody = ~std::uint64_t{0};  // more lanes than any source numbers

  const std::string name_;
  std::atomic<std::uint64_t> holder_{nobody};
};

}  // namespace weir::cache_sink
