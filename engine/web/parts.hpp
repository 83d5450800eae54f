#pragma once

#include "engine/web/actions.hpp"
#include "engine/web/counts.hpp"
#include "engine/web/limits.hpp"
#include "engine/web/open_connections.hpp"
#include "engine/web/replay.hpp"
#include "engine/web/request_guard.hpp"
#include "engine/web/route_registry.hpp"
#include "engine/web/site.hpp"

namespace weir::web {

/// What all connections of one server share; it outlives them. [any]
struct Parts {
  Limits limits;
  RequestGuard guard;
  Counts counts;
  OpenConnections open;
  RouteRegistry routes;
  Actions actions;
  Site site;

  Parts(const Limits& limits_, RequestGuard guard_, const Observed& observed,
        const std::optional<std::filesystem::path>& page)
      : limits(limits_),
        guard(std::move(guard_)),
        open(limits),
        site(observed, page, counts, open) {
    actions.add("/api/pipelines/*/dead-letters/replay",
                [&observed](const Target& target, std::string_view body) {
                  return replay_reply(observed, target.segment(2), body);
                });
  }
};

}  // namespace weir::web
