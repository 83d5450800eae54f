#include "engine/pipeline/read.hpp"

#include "engine/pipeline/masked.hpp"
#include "engine/pipeline/pipeline_reader.hpp"
#include "engine/pipeline/substitution.hpp"
#include "engine/pipeline/yaml.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

namespace weir {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

Reading unreadable(const std::filesystem::path& file, const std::string& why) {
  Findings findings({}, file);
  findings.error({}, "file", "the pipeline file cannot be read: " + why,
                 "check its path and its rights");
  return {std::nullopt, std::move(findings).take(), {}};
}

}  // namespace

Reading read_pipeline(std::string_view text, const std::filesystem::path& file,
                      const Catalog& catalog, const Environment& environment) {
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  Findings findings(text, file);
  Reading reading;
  if (std::optional<Node> root = read_yaml(text, findings)) {
    substitute(*root, environment, findings);
    PipelineReader reader(catalog, findings);
    reading.spec = reader.read(*root);
    if (reading.spec) reading.spec->shown = masked_yaml(*root);
    for (const auto& stage : reader.stages()) {
      reading.stages.emplace(stage.name, findings.at(stage.place, "refused", ""));
    }
  } else if (!findings.any()) {
    findings.error({}, "empty-pipeline", "the file is empty", "start with `pipeline: name`");
  }
  if (findings.any()) reading.spec.reset();
  reading.diagnostics = std::move(findings).take();
  return reading;
}

Reading read_pipeline_file(const std::filesystem::path& file, const Catalog& catalog,
                           const Environment& environment) {
  std::error_code failure;
  if (std::filesystem::is_directory(file, failure)) return unreadable(file, "it is a folder");
  errno = 0;
  std::ifstream in(file, std::ios::binary);
  if (!in) return unreadable(file, errno != 0 ? std::strerror(errno) : "it cannot be opened");
  // One byte more than is allowed shows that there are too many.
  std::string text(YamlLimits::bytes + byte_order_mark.size() + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad()) return unreadable(file, "reading it failed");
  text.resize(static_cast<std::size_t>(in.gcount()));
  return read_pipeline(text, file, catalog, environment);
}

}  // namespace weir
