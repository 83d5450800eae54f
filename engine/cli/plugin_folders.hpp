#pragma once

#include <filesystem>
#include <vector>

namespace weir {

/// Where plugins are looked for when nobody says: `plugins` beside the build's `bin`, else the
/// installed place, both found from the running program, so that an installation can be moved.
std::vector<std::filesystem::path> default_plugin_folders();

}  // namespace weir
