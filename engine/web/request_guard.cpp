#include "engine/web/request_guard.hpp"

#include <algorithm>

namespace weir::web {
namespace {

/// The host without its port; none where what follows the colon is no port.
std::optional<std::string_view> without_port(std::string_view host) {
  const std::size_t end = host.starts_with('[') ? host.find(']') : host.find(':');
  if (end == std::string_view::npos)
    return host.starts_with('[') ? std::nullopt : std::optional(host);
  const std::string_view name = host.substr(0, host.starts_with('[') ? end + 1 : end);
  const std::string_view rest = host.substr(name.size());
  if (rest.empty()) return name;
  const std::string_view port = rest.substr(1);
  const bool digits = port.size() <= 5 && std::all_of(port.begin(), port.end(),
                                                      [](char c) { return c >= '0' && c <= '9'; });
  return rest.front() == ':' && digits ? std::optional(name) : std::nullopt;
}

}  // namespace

std::optional<Refusal> RequestGuard::check(const RequestHead& head) const {
  if (!serves(head.host()))
    return Refusal{421, "this server does not answer for the host '" + std::string(head.host()) +
                            "'; ask for localhost, 127.0.0.1 or [::1]"};
  if (head.method() != "GET" && head.method() != "HEAD")
    return Refusal{405,
                   "the method " + std::string(head.method()) + " is not served; use GET or HEAD"};
  if (head.has_body())
    return Refusal{413, "a GET or HEAD request with a body is not read; send none"};
  return std::nullopt;
}

bool RequestGuard::serves(std::string_view host) const {
  const auto name = without_port(host);
  if (!name || name->empty()) return false;
  if (!loopback_) return true;
  return same_word(*name, "localhost") || *name == "127.0.0.1" || *name == "[::1]" ||
         *name == bound_to_;
}

}  // namespace weir::web
