#pragma once

#include "engine/web/limits.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

namespace weir::web {

/// What a connection does. `fresh`: nothing has come from it yet; `busy`: an answer is made;
/// `idle`: between requests; `sending`: its head or body is not whole; `reading`: the client is
/// slow to read; `shed`: closed, and about to leave.
enum class Standing : std::uint8_t { fresh, busy, idle, sending, reading, shed };

/// The connections that are there: who is closed when room is short, or has been idle for too long,
/// and how a stop reaches them. [any]
///
/// A newcomer is not turned away because of slow ones. Where its address has too many that send or
/// read slowly, those that have done so longest are closed for it; where all places are taken, the
/// longest idle, then the slowest of any address. One whose request is whole is never closed for
/// another, nor counts one as slow that has just begun: so a good client is served beside any
/// number of slow ones, on their own address too. Turning newcomers away, the plausible choice,
/// would lock the good ones out with the slow.
class OpenConnections {
 private:
  struct Address {
    int connections = 0;
  };
  /// A line of its own: each connection's thread writes to it at each request.
  struct alignas(64) Slot {
    std::atomic<std::uint64_t> stamp{0};  ///< a Standing, and since when
    int socket = -1;                      ///< -1: free; this and all below under the mutex
    std::string peer;
    Address* address = nullptr;
  };
  struct Waiting {
    std::uint64_t since = 0;  ///< its stamp
    Slot* slot = nullptr;
  };

 public:
  /// One connection's place, given back before its socket is closed.
  class [[nodiscard]] Place {
   public:
    Place(OpenConnections& list, int socket);
    ~Place();
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

    std::uint64_t number() const { return number_; }  ///< counts connections since the start
    bool admitted() const { return admitted_; }       ///< false: all places are busy

    /// False: it was closed to make room. What slows others down is counted, and may have another
    /// one closed.
    bool becomes(Standing standing);

   private:
    OpenConnections& list_;
    Slot* slot_ = nullptr;
    std::uint64_t number_ = 0;
    bool admitted_ = false;
  };

  explicit OpenConnections(const Limits& limits) : limits_(limits) {}

  std::size_t size() const { return size_.load(std::memory_order_relaxed); }
  std::uint64_t shed() const { return shed_.load(std::memory_order_relaxed); }  ///< since the start

  /// Whether connections are to end after the answer at hand.
  bool ending() const { return ending_.load(std::memory_order_relaxed); }

  /// Closes those that have sent nothing for as long as the limit allows. To be called now and
  /// then.
  void close_idle();

  /// Tells idle connections to end at once and busy ones after their answer, cuts off what is left
  /// at the deadline, and returns when all have left. No new ones may come.
  void end(std::chrono::milliseconds grace);

 private:
  Slot& free_slot();
  bool make_room(const Slot& newcomer);
  void limit_address(const Slot& newcomer, Standing standing);
  std::vector<Waiting> waiting(Standing standing, const Address* address, const Slot& newcomer,
                               std::chrono::microseconds time);
  void shed_first(const std::vector<Waiting>& waiting, std::size_t count);
  bool shut(Waiting one);
  void leave(Slot& slot);

  const Limits& limits_;
  std::mutex mutex_;
  std::condition_variable left_;
  std::deque<Slot> slots_;  ///< never fewer: their places in memory are kept
  std::unordered_map<std::string, Address> addresses_;
  std::uint64_t count_ = 0;
  std::size_t leaving_ = 0;           ///< places of those that were shed and are still there
  std::atomic<std::size_t> size_{0};  ///< places taken, for readers without the mutex
  std::atomic<std::uint64_t> shed_{0};
  std::atomic<bool> ending_{false};
};

}  // namespace weir::web
