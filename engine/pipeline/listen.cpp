#include "engine/pipeline/listen.hpp"

#include <charconv>

namespace weir {
namespace {

constexpr std::string_view loopback = "127.0.0.1";
constexpr std::string_view name_letters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
constexpr std::string_view v6_letters = "0123456789abcdefABCDEF:.";

std::optional<std::uint16_t> parse_port(std::string_view text) {
  if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos)
    return std::nullopt;
  std::uint16_t port = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (failure != std::errc{}) return std::nullopt;
  return port;
}

/// The address without its brackets, if it is one.
std::optional<std::string_view> parse_host(std::string_view host) {
  if (host.empty()) return loopback;
  std::string_view letters = name_letters;
  if (host.starts_with('[') && host.ends_with(']') && host.size() > 2) {
    host = host.substr(1, host.size() - 2);
    letters = v6_letters;
    if (host.find(':') == std::string_view::npos) return std::nullopt;
  }
  if (host.size() > 253 || host.find_first_not_of(letters) != std::string_view::npos)
    return std::nullopt;
  return host;
}

}  // namespace

std::optional<ListenAddress> parse_listen(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  const bool port_alone = colon == std::string_view::npos;
  const auto port = parse_port(port_alone ? text : text.substr(colon + 1));
  const auto host = parse_host(port_alone ? std::string_view{} : text.substr(0, colon));
  if (!port || !host) return std::nullopt;
  return ListenAddress{std::string(*host), *port};
}

}  // namespace weir
