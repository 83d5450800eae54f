#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace valijson {
class Subschema;
}

namespace weir::json_schema_validate {

/// A schema, ready to check values with. Immutable, so shared by all workers.
class CompiledSchema {
 public:
  /// Throws std::runtime_error: the file cannot be read, or is not a schema that can be kept; the
  /// text names the place.
  static CompiledSchema load(const std::filesystem::path& file);

  /// `name` is the file's, for texts.
  CompiledSchema(std::string_view text, const std::string& name);
  CompiledSchema(CompiledSchema&&) noexcept;
  ~CompiledSchema();

  const valijson::Subschema& root() const;

 private:
  struct Parts;
  std::unique_ptr<const Parts>
      parts_;  // behind a pointer: valijson's headers cost seconds to compile
};

}  // namespace weir::json_schema_validate
