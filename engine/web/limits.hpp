#pragma once

#include <chrono>
#include <cstddef>

namespace weir::web {

/// What one client may take of the server; a value. Tests make the times shorter.
struct Limits {
  int threads =
      1200;          ///< connections served at a time; an idle one costs a thread and about 20 KiB
  int queued = 848;  ///< connections that wait for a thread; 2,048 in all, more are closed at once
  std::chrono::milliseconds head{5'000};   ///< from the first byte of a request head to its end
  std::chrono::milliseconds idle{15'000};  ///< between requests
  std::chrono::milliseconds crowded_idle{1'000};  ///< the same while most threads are taken
  std::chrono::milliseconds write{10'000};  ///< for an answer, plus one second per 64 KiB of it
  std::chrono::milliseconds linger{1'000};  ///< for the client to read a refusal before we hang up
};

/// A request line and all its header fields, to the empty line.
inline constexpr std::size_t longest_head = 16 * 1024;
inline constexpr std::size_t longest_target = 8 * 1024;
inline constexpr std::size_t most_fields = 100;

}  // namespace weir::web
