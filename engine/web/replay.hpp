#pragma once

#include "engine/runtime/snapshot.hpp"
#include "engine/web/reply.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace weir::web {

/// Reads what is to be replayed from a request's body. The fault, where there is one, for people.
std::optional<std::string> read_replay(std::string_view body, ReplayQuery& wanted);

/// What POST `/api/pipelines/NAME/dead-letters/replay` does and answers. [any]
Reply replay_reply(const Observed& observed, std::string_view pipeline, std::string_view body);

}  // namespace weir::web
