#include "engine/cli/plugin_folders.hpp"

namespace weir {
namespace fs = std::filesystem;

std::vector<fs::path> default_plugin_folders() {
  const fs::path prefix = fs::read_symlink("/proc/self/exe").parent_path().parent_path();
  const fs::path built = prefix / "plugins";
  return {fs::is_directory(built) ? built : prefix / WEIR_PLUGIN_FOLDER};
}

}  // namespace weir
