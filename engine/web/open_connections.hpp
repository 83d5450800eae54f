#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <unordered_set>

namespace weir::web {

/// The sockets that are being served, so that a stop can reach the threads that wait on them. [any]
class OpenConnections {
 public:
  /// One connection's place in the list, given back before its socket is closed.
  class [[nodiscard]] Place {
   public:
    Place(OpenConnections& list, int socket);
    ~Place();
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    std::uint64_t number() const { return number_; }  ///< counts connections since the start

   private:
    OpenConnections& list_;
    const int socket_;
    const std::uint64_t number_;
  };

  std::size_t size() const { return size_.load(std::memory_order_relaxed); }

  /// Whether connections are to end after the answer at hand.
  bool ending() const { return ending_.load(std::memory_order_relaxed); }

  /// Tells idle connections to end at once and busy ones after their answer, and cuts off what is
  /// left at the deadline.
  void end(std::chrono::milliseconds grace);

 private:
  std::uint64_t enter(int socket);

  std::mutex mutex_;
  std::condition_variable left_;
  std::unordered_set<int> sockets_;
  std::uint64_t count_ = 0;
  std::atomic<std::size_t> size_{0};  ///< of `sockets_`, for readers without the mutex
  std::atomic<bool> ending_{false};
};

}  // namespace weir::web
