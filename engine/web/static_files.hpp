#pragma once

#include "engine/web/reply.hpp"
#include "engine/web/target.hpp"

#include <sys/stat.h>
#include <cstdint>
#include <ctime>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>

namespace weir::web {

/// The page's folder: its plain files and nothing else. No listings, no hidden files, and no way
/// out of the folder: each segment is opened from its parent, and symbolic links are not followed.
/// [any]
class StaticFiles {
 public:
  /// Throws std::runtime_error where the folder cannot be opened.
  explicit StaticFiles(const std::filesystem::path& folder);
  ~StaticFiles();
  StaticFiles(const StaticFiles&) = delete;
  StaticFiles& operator=(const StaticFiles&) = delete;

  /// None where there is no such file. `known` is the request's If-None-Match.
  std::optional<Reply> find(const Target& target, std::optional<std::string_view> known) const;

 private:
  struct Version {  ///< of a file; another one means that its bytes may be others
    ino_t file = 0;
    off_t bytes = 0;
    std::time_t seconds = 0;
    long nanoseconds = 0;
    bool operator==(const Version&) const = default;
  };
  struct File {
    Version version;
    std::string bytes, tag;
    std::string_view type;
  };
  std::shared_ptr<const File> cached(const std::string& path, const Version& version) const;
  std::shared_ptr<const File> load(const std::string& path, int descriptor,
                                   const Version& version) const;

  const int folder_;
  mutable std::shared_mutex mutex_;
  mutable std::map<std::string, std::shared_ptr<const File>>
      files_;                             ///< shared: an answer may outlive its entry
  mutable std::size_t cached_bytes_ = 0;  ///< of `files_`
};

}  // namespace weir::web
