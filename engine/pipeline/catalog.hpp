#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weir {

enum class Role { source, step, service };

/// What is known of a stage type without creating it.
struct StageInfo {
  std::string id;
  std::string summary;
  std::string schema;  ///< draft-07 JSON Schema of `with:`
  Role role = Role::step;
  bool rebuildable = false;
  std::string plugin;   ///< name and version of the plugin that offers it
  std::string library;  ///< its file
};

/// The stage types that a pipeline may name; the loader offers one, a test offers another.
class Catalog {
 public:
  virtual ~Catalog() = default;
  /// Borrowed, null when there is no such type. [control]
  virtual const StageInfo* find(std::string_view id) const = 0;
  virtual std::vector<const StageInfo*> all() const = 0;
};

}  // namespace weir
