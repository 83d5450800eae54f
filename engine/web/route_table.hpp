#pragma once

#include "engine/web/gate.hpp"
#include "engine/web/route_pattern.hpp"

#include <weir/ext/http.h>
#include <memory>
#include <string>
#include <vector>

namespace weir::web {

/// One stage's promise to answer a pattern. `self` may be used only inside the gate.
struct Route {
  RoutePattern pattern;
  weir_http_handler handler;
  void* self;
  const void* owner;
  std::shared_ptr<Gate>
      gate;  ///< shared by the owner's routes and by tables that requests still read
};

/// The routes at one moment; never changed once it is published, so requests read it without a
/// lock.
class RouteTable {
 public:
  /// The route for a path; where two match, the one with a literal segment where the other has a
  /// name.
  const Route* find(const Target& target) const;

  const Route* taken_by(const RoutePattern& pattern) const;

  RouteTable with(Route route) const;
  RouteTable without(const void* owner) const;

 private:
  std::vector<Route> routes_;  ///< sorted by shape
};

}  // namespace weir::web
