#pragma once

#include "engine/pipeline/catalog.hpp"
#include "engine/pipeline/diagnostic.hpp"
#include "engine/pipeline/spec.hpp"

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

/// Where `${NAME}` comes from; a test passes its own.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

/// What reading a pipeline file gave: a spec if and only if no diagnostic is an error.
struct Reading {
  std::optional<PipelineSpec> spec;
  std::vector<Diagnostic> diagnostics{};
  /// Where each stage stands, by its name: to be filled in by who finds fault with it later.
  std::map<std::string, Diagnostic> stages{};
};

/// Reads and checks pipeline text; `file` names it in diagnostics and is where relative paths start
/// from. Pure, but for
/// `${file:…}`, which reads that file. Reports all errors at once. [any]
Reading read_pipeline(std::string_view text, const std::filesystem::path& file,
                      const Catalog& catalog, const Environment& environment);

/// The same of a file on disk; one that cannot be read is a diagnostic.
Reading read_pipeline_file(const std::filesystem::path& file, const Catalog& catalog,
                           const Environment& environment);

}  // namespace weir
