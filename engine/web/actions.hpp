#pragma once

#include "engine/web/reply.hpp"
#include "engine/web/target.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::web {

/// What a request may change, by path: the one way to a handler that is not for reading alone. The
/// guard has let the request through before its action is called, and the body is whole.
class Actions {
 public:
  using Action = std::function<Reply(const Target& target, std::string_view body)>;  // [any]

  /// Serves POST at this path, and nothing else there; a segment `*` is any one. Before the first
  /// connection.
  void add(std::string_view path, Action action) {
    std::vector<std::string> segments;
    while (!path.empty()) {
      path.remove_prefix(1);  // the slash
      segments.emplace_back(path.substr(0, path.find('/')));
      path.remove_prefix(segments.back().size());
    }
    actions_.emplace_back(std::move(segments), std::move(action));
  }

  /// Null where the path changes nothing.
  const Action* find(const Target& target) const {
    for (const auto& [segments, action] : actions_)
      if (fits(segments, target)) return &action;
    return nullptr;
  }

 private:
  static bool fits(const std::vector<std::string>& segments, const Target& target) {
    if (segments.size() != target.size()) return false;
    for (std::size_t i = 0; i < segments.size(); ++i)
      if (segments[i] != "*" && segments[i] != target.segment(i)) return false;
    return true;
  }

  std::vector<std::pair<std::vector<std::string>, Action>> actions_;
};

}  // namespace weir::web
