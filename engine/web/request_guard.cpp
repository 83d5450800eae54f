#include "engine/web/request_guard.hpp"

#include <arpa/inet.h>
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

bool is_address(std::string_view name) {
  in6_addr bytes{};
  if (name.starts_with('['))
    return ::inet_pton(AF_INET6, std::string(name.substr(1, name.size() - 2)).c_str(), &bytes) == 1;
  return ::inet_pton(AF_INET, std::string(name).c_str(), &bytes) == 1;
}

bool is_label(std::string_view name) {
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
}

/// Takes as long for an almost right text as for a wrong one.
bool same_secret(std::string_view given, std::string_view secret) {
  unsigned differences = given.size() == secret.size() ? 0 : 1;
  for (std::size_t at = 0; at < given.size(); ++at)
    differences |= static_cast<unsigned char>(given[at] ^ secret[at % secret.size()]);
  return differences == 0;
}

/// The media type without its parameters.
std::string_view media_type(std::string_view field) {
  const std::string_view type = field.substr(0, field.find(';'));
  return type.substr(0, type.find_last_not_of(" \t") + 1);
}

/// Browsers send Origin with whatever is not GET; programs send neither field.
std::optional<Refusal> check_origin(const RequestHead& head) {
  const auto origin = head.field("Origin");
  const std::string host(head.host());
  if (origin && !same_word(*origin, "http://" + host) && !same_word(*origin, "https://" + host))
    return Refusal{403, "the request comes from a page of another origin, '" +
                            std::string(*origin) + "'; only pages of this server may change it"};
  const auto site = head.field("Sec-Fetch-Site");
  if (site && *site != "same-origin" && *site != "none")
    return Refusal{403, "the request comes from a page of another site (Sec-Fetch-Site: " +
                            std::string(*site) + "); only pages of this server may change it"};
  return std::nullopt;
}

}  // namespace

std::optional<Refusal> RequestGuard::check_host(const RequestHead& head) const {
  if (serves(head.host())) return std::nullopt;
  return Refusal{421, "this server does not answer for the host '" + std::string(head.host()) +
                          "'; ask for localhost or the address that it listens on, or add the "
                          "name to `http: { hosts: [...] }` of the pipeline file"};
}

std::optional<Refusal> RequestGuard::check_read(const RequestHead& head) {
  if (head.method() != "GET" && head.method() != "HEAD")
    return Refusal{405,
                   "the method " + std::string(head.method()) + " is not served; use GET or HEAD"};
  if (head.has_body())
    return Refusal{413, "a GET or HEAD request with a body is not read; send none"};
  return std::nullopt;
}

std::optional<Refusal> RequestGuard::check_change(const RequestHead& head) const {
  if (head.method() != "POST")
    return Refusal{
        405, "the method " + std::string(head.method()) + " is not served here; use POST", "POST"};
  if (auto refusal = check_origin(head)) return refusal;
  if (auto refusal = check_token(head)) return refusal;
  if (!same_word(media_type(head.field("Content-Type").value_or("")), "application/json"))
    return Refusal{415, "the body is not said to be JSON; send Content-Type: application/json"};
  if (!head.content_length())
    return Refusal{411, "the length of the body is not said; send Content-Length, not chunks"};
  if (*head.content_length() > longest_body)
    return Refusal{413, "the body has " + std::to_string(*head.content_length()) +
                            " bytes; at most " + std::to_string(longest_body) + " are read"};
  return std::nullopt;
}

std::optional<Refusal> RequestGuard::check_token(const RequestHead& head) const {
  if (settings_.token.empty()) {
    if (settings_.loopback) return std::nullopt;
    return Refusal{403,
                   "this server is open to other machines and has no token, so nobody may "
                   "change it; set `http: { token: \"${WEIR_TOKEN}\" }` in the pipeline file"};
  }
  constexpr std::string_view scheme = "Bearer ";
  const std::string_view given = head.field("Authorization").value_or("");
  if (same_word(given.substr(0, scheme.size()), scheme) &&
      same_secret(given.substr(scheme.size()), settings_.token))
    return std::nullopt;
  return Refusal{401,
                 "the request does not have the right token; send Authorization: Bearer with "
                 "the value of `http: { token: … }`"};
}

bool RequestGuard::serves(std::string_view host) const {
  const auto name = without_port(host);
  if (!name || name->empty()) return false;
  const auto same = [&](std::string_view other) { return same_word(*name, other); };
  if (same("localhost") || same("127.0.0.1") || same("[::1]") || same(settings_.bound_to))
    return true;
  if (std::any_of(settings_.hosts.begin(), settings_.hosts.end(), same)) return true;
  return !settings_.loopback && (is_address(*name) || is_label(*name));
}

}  // namespace weir::web
