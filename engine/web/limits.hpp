#pragma once

#include <chrono>
#include <cstddef>

namespace weir::web {

/// What clients may take of the server; a value. Tests make it smaller.
struct Limits {
  int connections = 2'048;  ///< that are there at a time, and may each need a thread
  int slow_per_address =
      64;  ///< of one address, those that owe the rest of a head; and as many that do not read
  std::chrono::milliseconds prompt{1'000};  ///< who owes something for no longer is not slow
  std::chrono::milliseconds head{5'000};    ///< from the first byte of a request head to its end
  std::chrono::milliseconds body{5'000};    ///< the same for the body behind it
  std::chrono::milliseconds idle{15'000};   ///< between requests
  std::chrono::milliseconds write{10'000};  ///< for an answer, plus one second per 64 KiB of it
  std::chrono::milliseconds linger{1'000};  ///< for the client to read a refusal before we hang up
};

/// Threads beyond those of the connections: they take newcomers in, or refuse them, while the
/// connections that were closed to make room still let go of theirs.
inline constexpr int spare_threads = 64;

/// How many look through dead letters at a time; each takes a whole processor meanwhile.
inline constexpr int letter_readers = 2;
/// How long the next one waits for that.
inline constexpr std::chrono::milliseconds longest_wait_for_letters{3'000};

/// A request line and all its header fields, to the empty line.
inline constexpr std::size_t longest_head = 16 * 1024;
inline constexpr std::size_t longest_target = 8 * 1024;
inline constexpr std::size_t most_fields = 100;
inline constexpr std::size_t longest_body = 64 * 1024;

}  // namespace weir::web
