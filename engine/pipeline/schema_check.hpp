#pragma once

#include "engine/pipeline/document.hpp"
#include "engine/pipeline/stage_schema.hpp"

#include <string>
#include <vector>

namespace weir {

/// One thing that is wrong with a stage's configuration, in words for people.
struct Fault {
  Place place;
  std::string code;
  std::string message;
  std::string help;
};

/// A text of a configuration that names another stage of the pipeline.
struct StageReference {
  std::string path;  ///< of the member, such as `restore.from`
  std::string name;
  std::string shown;  ///< as the file has it
  Place place;
};

struct SchemaVerdict {
  std::vector<Fault> faults;
  std::vector<StageReference> references;
};

/// Checks a value against a draft-07 schema as valijson does, but finds all faults, each at its
/// place, and knows the formats `duration` and `bytes`. What is broken already fits everything.
/// `place` is shown where nothing stands that should. [any]
SchemaVerdict check_against_schema(const Node& node, const StageSchema& schema, const Place& place);

}  // namespace weir
