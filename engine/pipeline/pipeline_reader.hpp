#pragma once

#include "engine/pipeline/catalog.hpp"
#include "engine/pipeline/document.hpp"
#include "engine/pipeline/fields.hpp"
#include "engine/pipeline/schema_check.hpp"
#include "engine/pipeline/spec.hpp"

#include <string>
#include <vector>

namespace weir {

/// Turns a file's tree into a spec. What is wrong becomes findings, all of it; the spec is of use
/// only when there are none. For one file; catalog and findings are borrowed.
class PipelineReader {
 public:
  PipelineReader(const Catalog& catalog, Findings& findings)
      : catalog_(catalog), findings_(findings) {}

  struct NamedStage {
    std::string name;
    Place place;
  };

  PipelineSpec read(const Node& root);
  /// Those that were read, each name once.
  const std::vector<NamedStage>& stages() const { return stages_; }

 private:
  void read_limits(const Fields& top, PipelineSpec& spec);
  void read_stages(const Fields& top, PipelineSpec& spec);
  std::vector<StageSpec> read_list(const Fields& top, const char* section, Role role);
  StageSpec read_stage(const Node& node, const std::string& path, Role role);
  const StageInfo* read_type(const Fields& fields, const Node& node, const std::string& path,
                             Role role);
  void read_name(const Fields& fields, const Member& type, StageSpec& stage);
  void check_name(const Member& member, const std::string& what);
  void check_complete(const Node& root, const PipelineSpec& spec);
  void check_references();

  const Catalog& catalog_;
  Findings& findings_;
  std::vector<NamedStage> stages_;
  std::vector<StageReference> references_;
};

}  // namespace weir
