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

/// What reading each file gave, or nothing when one of them has an error; everything found is
/// written to standard error.
inline std::optional<std::vector<Reading>> read_files(
    const std::vector<std::filesystem::path>& files, const Catalog& catalog) {
  std::vector<Reading> readings;
  bool good = true;
  for (const auto& file : files) {
    const Reading& reading =
        readings.emplace_back(read_pipeline_file(file, catalog, process_environment));
    for (const Diagnostic& diagnostic : reading.diagnostics) std::cerr << diagnostic << '\n';
    good = good && reading.spec;
  }
  if (!good) return std::nullopt;
  return readings;
}

}  // namespace weir
