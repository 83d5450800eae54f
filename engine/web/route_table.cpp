#include "engine/web/route_table.hpp"

#include <algorithm>

namespace weir::web {

const Route* RouteTable::find(const Target& target) const {
  for (const Route& route : routes_)
    if (route.pattern.matches(target)) return &route;
  return nullptr;
}

const Route* RouteTable::taken_by(const RoutePattern& pattern) const {
  for (const Route& route : routes_)
    if (route.pattern.shape() == pattern.shape()) return &route;
  return nullptr;
}

RouteTable RouteTable::with(Route route) const {
  RouteTable table = *this;
  const auto place = std::upper_bound(table.routes_.begin(), table.routes_.end(), route,
                                      [](const Route& one, const Route& other) {
                                        return one.pattern.shape() < other.pattern.shape();
                                      });
  table.routes_.insert(place, std::move(route));
  return table;
}

RouteTable RouteTable::without(const void* owner) const {
  RouteTable table = *this;
  std::erase_if(table.routes_, [&](const Route& route) { return route.owner == owner; });
  return table;
}

}  // namespace weir::web
