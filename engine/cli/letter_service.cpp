#include "engine/cli/letter_service.hpp"

#include "engine/cli/service.hpp"

#include <optional>
#include <sstream>
#include <utility>

namespace weir {

using Poco::JSON::Object;

std::string letters_path(const std::string& pipeline) {
  return "/api/pipelines/" + url_escaped(pipeline) + "/dead-letters";
}

Asked asked(const DeadLetterOptions& options, const std::vector<std::filesystem::path>& folders) {
  ServicePlace place{options.url, std::nullopt};
  if (!options.file.empty()) {
    const auto in_file = place_in(options.file, folders);
    if (!in_file) throw UsageError("no service was asked; mend the pipeline's file first");
    place = *in_file;
  }
  if (!options.pipeline.empty()) place.pipeline = options.pipeline;
  try {
    Asked found{ServiceClient(place.url), {}};
    if (place.pipeline) {
      found.pipelines = {*place.pipeline};
      return found;
    }
    for (const std::string& name : pipelines_of(found.service))
      if (find_document(found.service, letters_path(name) + "?limit=1"))
        found.pipelines.push_back(name);
    return found;
  } catch (const std::invalid_argument& e) {
    throw UsageError(e.what());
  }
}

const std::string& only_one(const Asked& asked) {
  if (asked.pipelines.size() == 1) return asked.pipelines.front();
  if (asked.pipelines.empty())
    throw std::runtime_error("no pipeline of the service keeps dead letters");
  std::string names;
  for (const std::string& name : asked.pipelines) names += (names.empty() ? "" : ", ") + name;
  throw UsageError("several pipelines keep dead letters: name one by --pipeline: " + names);
}

std::string json_line(const Object& part) {
  std::ostringstream text;
  part.stringify(text);
  return std::move(text).str() + "\n";
}

}  // namespace weir
