#include "engine/pipeline/http_section.hpp"

#include "engine/pipeline/keys.hpp"
#include "engine/pipeline/listen.hpp"

#include <algorithm>

namespace weir {
namespace {

constexpr std::size_t shortest_token = 16;  // characters: 96 bits, where they are drawn at random

void read_listen(const Fields& top, const Fields& fields, HttpSpec& http, Findings& findings) {
  const Member* listen = fields.find("listen");
  if (listen == nullptr)
    return fields.missing("listen", top.find("http")->place, "add `listen: 127.0.0.1:8081`");
  const bool port = listen->value.kind == Kind::integer && listen->value.plain;
  const std::string text = port ? listen->value.text : fields.text("listen").value_or("");
  if (const auto address = parse_listen(text)) {
    http.host = address->host;
    http.port = address->port;
  } else if (!text.empty()) {
    findings.error(
        listen->value.place, "bad-address",
        "`http.listen` must be an address to listen on, it is " + describe(listen->value),
        "write \"127.0.0.1:8081\", \"[::1]:8081\" or a port from 0 to 65535; \"0.0.0.0:8081\" is "
        "open to others");
  }
}

/// A name or an address as it stands in a URL, without a port: it answers at any, because ports are
/// forwarded.
bool is_host(const std::string& text) {
  const auto address = parse_listen(text + ":0");
  return !text.empty() && address && (text.starts_with('[') || address->host == text);
}

void read_hosts(const Fields& fields, HttpSpec& http, Findings& findings) {
  const Node* hosts = fields.list("hosts");
  if (hosts == nullptr) return;
  for (const Node& host : hosts->items) {
    if (host.kind == Kind::text && is_host(host.text)) {
      http.hosts.push_back(host.text);
    } else if (host.kind != Kind::broken) {
      findings.error(
          host.place, "bad-host",
          "`http.hosts` must hold names of this server, one of them is " + describe(host),
          "write \"orders.example\", without a scheme and a port");
    }
  }
}

void read_token(const Fields& fields, HttpSpec& http, Findings& findings) {
  http.token = fields.text("token").value_or("");
  if (http.token.empty()) return;
  const bool visible = std::all_of(http.token.begin(), http.token.end(),
                                   [](char c) { return c > ' ' && c < '\x7F'; });
  if (visible && http.token.size() >= shortest_token) return;
  // Its value is a secret, also where it is a bad one.
  findings.error(fields.find("token")->value.place, "bad-token",
                 "`http.token` must be at least 16 visible ASCII characters, it is not",
                 "draw one, such as with `openssl rand -hex 32`, and write \"${WEIR_TOKEN}\"");
}

}  // namespace

std::optional<HttpSpec> read_http(const Fields& top, Findings& findings) {
  const Node* node = top.map("http");
  if (node == nullptr) return std::nullopt;
  const Fields fields(*node, "http", keys::http, findings);
  HttpSpec http;
  read_listen(top, fields, http, findings);
  if (const auto page = fields.text("page"))
    http.page = (findings.file().parent_path() / *page).lexically_normal();
  read_hosts(fields, http, findings);
  read_token(fields, http, findings);
  return http;
}

}  // namespace weir
