#pragma once

#include "engine/runtime/snapshot.hpp"
#include "engine/web/counts.hpp"
#include "engine/web/dead_letters.hpp"
#include "engine/web/events.hpp"
#include "engine/web/open_connections.hpp"
#include "engine/web/reply.hpp"
#include "engine/web/static_files.hpp"
#include "engine/web/target.hpp"

#include <filesystem>
#include <optional>

namespace weir::web {

/// What the engine itself serves: the API, the metrics, the probes and the page. [any]
class Site {
 public:
  Site(const Observed& observed, const std::optional<std::filesystem::path>& page,
       const Counts& counts, const OpenConnections& open);

  Reply answer(const Target& target, const RequestHead& head) const;

 private:
  Reply history(std::string_view name) const;
  Reply pipeline(std::string_view name, Reply (*show)(const PipelineSnapshot&)) const;
  /// Nothing: the target is none of theirs.
  std::optional<Reply> letters(const Target& target) const;

  const Observed& observed_;
  DeadLetters letters_;
  mutable Turns traces_{letter_readers};
  mutable Events events_;
  const Counts& counts_;
  const OpenConnections& open_;
  std::optional<StaticFiles> page_;
};

}  // namespace weir::web
