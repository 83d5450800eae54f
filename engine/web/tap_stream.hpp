#pragma once

#include "engine/runtime/snapshot.hpp"
#include "engine/web/reply.hpp"

#include <optional>
#include <string_view>

namespace weir::web {

/// What `/api/pipelines/NAME/stages/STAGE/tap?filter=TEXT` answers: server-sent events, for as long
/// as the client listens and the pipeline runs.
Reply tap_reply(const Observed& observed, std::string_view pipeline, std::string_view stage,
                std::optional<std::string_view> query);

}  // namespace weir::web
