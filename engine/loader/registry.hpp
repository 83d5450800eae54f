#pragma once

#include "engine/loader/library.hpp"
#include "engine/pipeline/catalog.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

/// A plugin or a stage type that was left out, and why.
struct LeftOut {
  std::filesystem::path file;
  std::string why;
};

/// All stage types of the plugins in some folders. Immutable once built, so [any] for reading. Must
/// outlive its stages.
class Registry : public Catalog {
 public:
  /// Loads every *.so of the folders, in their order; of two stage types with one id the first
  /// counts, the second is left out. A broken plugin is left out, never fatal: a pipeline that
  /// needs it will say so.
  explicit Registry(const std::vector<std::filesystem::path>& folders);

  /// The stage types of a plugin that is part of this program, in place of folders.
  explicit Registry(const weir_plugin& plugin);

  const StageInfo* find(std::string_view id) const override;
  std::vector<const StageInfo*> all() const override;

  /// Null when there is no such type.
  const weir_stage_type* type(std::string_view id) const;

  const std::vector<LeftOut>& left_out() const { return left_out_; }

 private:
  struct Known {
    StageInfo info;
    const weir_stage_type* type;
  };

  void load(const std::filesystem::path& file, const PrivateFolder& copies);
  void add(const weir_plugin& plugin, const std::filesystem::path& file);
  void add(const weir_plugin& plugin, const std::filesystem::path& file,
           const weir_stage_type& type);

  std::vector<Library> libraries_;
  std::map<std::string, Known, std::less<>> known_;
  std::vector<LeftOut> left_out_;
};

}  // namespace weir
