#pragma once

#include "engine/pipeline/read.hpp"

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace weir {

inline std::optional<std::string> process_environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

/// The pipelines of all files, or nothing when one of them has an error; everything found is
/// written to standard error.
inline std::optional<std::vector<PipelineSpec>> read_files(
    const std::vector<std::filesystem::path>& files, const Catalog& catalog) {
  std::vector<PipelineSpec> specs;
  for (const auto& file : files) {
    Reading reading = read_pipeline_file(file, catalog, process_environment);
    for (const Diagnostic& diagnostic : reading.diagnostics) std::cerr << diagnostic << '\n';
    if (reading.spec) specs.push_back(std::move(*reading.spec));
  }
  if (specs.size() < files.size()) return std::nullopt;
  return specs;
}

}  // namespace weir
