#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace weir::generate_source {

/// A small generator (SplitMix64) whose numbers are the same with every compiler and library,
/// unlike those of the standard's distributions. Not for secrets.
class Random {
 public:
  /// Streams of one seed are independent of each other.
  Random(std::uint64_t seed, std::uint64_t stream);

  std::uint64_t next();
  std::size_t below(std::size_t end);                           ///< 0 ... end - 1; end > 0
  std::int64_t between(std::int64_t least, std::int64_t most);  ///< both included; least <= most
  bool chance(double share);                                    ///< true in that share of calls
  std::string letters(std::string_view alphabet, std::size_t count);

  std::string_view pick(std::span<const std::string_view> all) { return all[below(all.size())]; }

 private:
  std::uint64_t state_;
};

}  // namespace weir::generate_source
