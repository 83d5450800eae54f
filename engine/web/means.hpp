#pragma once

#include "engine/web/limits.hpp"

#include <cstdint>
#include <filesystem>
#include <limits>

namespace weir::web {

/// What the process may have of what each connection takes; a value.
struct Means {
  std::uint64_t files = std::numeric_limits<std::uint64_t>::max();    ///< open at a time
  std::uint64_t threads = std::numeric_limits<std::uint64_t>::max();  ///< at a time
};

/// Those of this process. Container engines limit threads by the control group: podman to 2,048
/// where it is told nothing.
Means means_of_process(const std::filesystem::path& threads = "/sys/fs/cgroup/pids.max");

/// As many connections as half of the means allow: the pipelines need the other half, however many
/// clients come. Where a thread could not be started, newcomers would be closed and nobody shed.
Limits affordable(Limits limits, const Means& means);

}  // namespace weir::web
