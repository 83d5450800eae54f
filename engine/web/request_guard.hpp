#pragma once

#include "engine/web/request_head.hpp"

#include <optional>
#include <string>
#include <vector>

namespace weir::web {

/// Decides on a well-formed head whether the request is for this server, and may do what it asks
/// for. [any]
class RequestGuard {
 public:
  /// Where the server stands, and what its file says about it; a value.
  struct Settings {
    bool loopback = true;                 ///< nobody but this machine reaches it
    std::string bound_to = {};            ///< as it stands in a URL
    std::vector<std::string> hosts = {};  ///< further names that it answers for, without ports
    std::string token = {};               ///< never shown; empty: none
  };

  explicit RequestGuard(Settings settings) : settings_(std::move(settings)) {}

  /// A foreign page whose name was pointed at this server (DNS rebinding) sends its own name as
  /// Host, and would be of the same origin. On loopback the names are few. Elsewhere any IP address
  /// and any name without a dot pass, so that probes, containers and neighbours need no list: the
  /// names that such a page can have all have dots, and are served only where the file lists them.
  std::optional<Refusal> check_host(const RequestHead& head) const;

  /// For what changes nothing: GET and HEAD, without a body.
  static std::optional<Refusal> check_read(const RequestHead& head);

  /// For what changes state. No foreign page may ask for it with its visitor's browser, which sends
  /// Origin and Sec-Fetch-Site, and no JSON to strangers unasked. Beyond loopback nobody may but
  /// who has the token; where there is none, nobody at all.
  std::optional<Refusal> check_change(const RequestHead& head) const;

 private:
  bool serves(std::string_view host) const;
  std::optional<Refusal> check_token(const RequestHead& head) const;

  const Settings settings_;
};

}  // namespace weir::web
