#pragma once

#include "engine/web/request_head.hpp"

#include <optional>
#include <string>

namespace weir::web {

/// Decides on a well-formed head whether the request is for this server and of a kind that it
/// serves. [any]
class RequestGuard {
 public:
  /// A server bound to loopback answers for loopback's names only: a foreign page whose name was
  /// pointed at 127.0.0.1 (DNS rebinding) sends its own.
  RequestGuard(bool loopback, std::string bound_to)
      : loopback_(loopback), bound_to_(std::move(bound_to)) {}

  std::optional<Refusal> check(const RequestHead& head) const;

 private:
  bool serves(std::string_view host) const;

  const bool loopback_;
  const std::string bound_to_;
};

}  // namespace weir::web
