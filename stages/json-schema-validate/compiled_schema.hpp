#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "quick_plan.hpp"
#include "steps.hpp"

namespace valijson {
class Schema;
}

namespace weir::json_schema_validate {

/// A schema, checked and taken apart. Immutable, so shared by all workers.
class CompiledSchema {
 public:
  /// Throws std::runtime_error: the file cannot be read, or is not a schema that can be kept; the
  /// text names the place.
  static CompiledSchema load(const std::filesystem::path& file);

  /// `name` is the file's, for texts.
  CompiledSchema(std::string_view text, const std::string& name);
  CompiledSchema(CompiledSchema&&) noexcept;
  ~CompiledSchema();

  /// The form that one worker checks values with: it takes what a check costs from that worker's
  /// `steps`. Outlived by both.
  std::unique_ptr<const valijson::Schema> bind(Steps& steps) const;

  /// What most messages can be checked by while they are parsed; or null.
  const QuickPlan* quick_plan() const;

 private:
  struct Parts;
  std::unique_ptr<const Parts>
      parts_;  // behind a pointer: valijson's headers cost seconds to compile
};

}  // namespace weir::json_schema_validate
