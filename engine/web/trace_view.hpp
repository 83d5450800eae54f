#pragma once

#include "engine/runtime/snapshot.hpp"
#include "engine/web/reply.hpp"
#include "engine/web/turns.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace weir::web {

/// What `/api/pipelines/NAME/trace?key=…` or `?message=…` answers.
/// It looks through the dead letters too, so that few are made at a time, and the others wait.
Reply trace_reply(const Observed& observed, Turns& turns, std::string_view pipeline,
                  std::optional<std::string_view> query);

std::string trace_json(const TraceAnswer& answer);

}  // namespace weir::web
