#pragma once

#include "engine/web/reply.hpp"

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace weir::web {

/// What a request may change, by path: the one way to a handler that is not for reading alone. The
/// guard has let the request through before its action is called, and the body is whole. The engine
/// has none yet; the tests have.
class Actions {
 public:
  using Action = std::function<Reply(std::string_view body)>;  // [any]

  /// Serves POST at this path, decoded, and nothing else there. Before the first connection.
  void add(std::string path, Action action) { actions_[std::move(path)] = std::move(action); }

  /// Null where the path changes nothing.
  const Action* find(std::string_view path) const {
    const auto found = actions_.find(path);
    return found == actions_.end() ? nullptr : &found->second;
  }

 private:
  std::map<std::string, Action, std::less<>> actions_;
};

}  // namespace weir::web
