#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>

namespace weir::web {

/// What the server counts of itself. Kept in lanes of their own cache lines, one picked for each
/// connection, so that requests on different cores do not write to the same memory; summed when
/// somebody asks. [any]
class Counts {
 public:
  struct alignas(64) Tally {
    std::array<std::atomic<std::uint64_t>, 4> answers{};  ///< 2xx to 5xx
    std::atomic<std::uint64_t> refused{0};  ///< requests that were malformed, too long or too slow
    std::atomic<std::uint64_t> failures{
        0};  ///< handlers that threw, or answered wrongly or not at all

    void answered(int status);
    static void add(std::atomic<std::uint64_t>& count) {
      count.fetch_add(1, std::memory_order_relaxed);
    }
  };

  Tally& tally(std::uint64_t connection) { return tallies_[connection % tallies_.size()]; }

  /// In Prometheus' text format, to stand behind the runtime's own metrics.
  std::string metrics(std::size_t open_connections, std::uint64_t shed_connections) const;

 private:
  std::array<Tally, 16> tallies_;
};

}  // namespace weir::web
