#include "engine/web/means.hpp"

#include <sys/resource.h>
#include <algorithm>
#include <fstream>

namespace weir::web {
namespace {

constexpr std::uint64_t fewest_connections = 16;

}  // namespace

Means means_of_process(const std::filesystem::path& threads) {
  Means means;
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) == 0) means.files = files.rlim_cur;
  std::uint64_t most = 0;
  if (std::ifstream(threads) >> most) means.threads = most;  // else it says "max"
  return means;
}

Limits affordable(Limits limits, const Means& means) {
  const std::uint64_t half = std::min(means.files, means.threads) / 2;
  const std::uint64_t most =
      std::max(half - std::min<std::uint64_t>(half, spare_threads), fewest_connections);
  limits.connections =
      static_cast<int>(std::min(most, static_cast<std::uint64_t>(limits.connections)));
  return limits;
}

}  // namespace weir::web
