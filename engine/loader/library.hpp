#pragma once

#include <weir/abi.h>

#include <filesystem>
#include <string>

namespace weir {

/// A folder for private copies of plugins, unlike any other process's; removed with all that is in
/// it at destruction.
class PrivateFolder {
 public:
  PrivateFolder();
  ~PrivateFolder();
  PrivateFolder(const PrivateFolder&) = delete;
  PrivateFolder& operator=(const PrivateFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// One plugin's shared library, loaded for the rest of the process's life: nothing may depend on
/// dlclose. The file itself is not mapped but a private copy named by its content, because an
/// overwritten mapped library crashes, and because dlopen of a path that it knows returns the old
/// one. [control]
class Library {
 public:
  /// Throws std::runtime_error: which file, what is wrong with it, what to do.
  Library(const std::filesystem::path& file, const PrivateFolder& copies);

  const weir_plugin& plugin() const { return *plugin_; }
  const std::filesystem::path& file() const { return file_; }

 private:
  std::filesystem::path file_;
  const weir_plugin* plugin_ = nullptr;
};

}  // namespace weir
