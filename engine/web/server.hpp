#pragma once

#include "engine/runtime/routes.hpp"
#include "engine/runtime/snapshot.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace weir {

/// What one web server is made of; a value.
struct WebOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8081;                       ///< 0: any free one
  std::optional<std::filesystem::path> page = {};  ///< folder of static files
  std::vector<std::string> hosts = {};  ///< names that it answers for, beside its addresses
  std::string token = {};  ///< for what changes state; empty: none, then loopback alone may do so
};

/// The engine's HTTP server: stage routes, /api, probes, metrics, the page. Owns its threads.
/// Construction binds and serves (503 from /readyz until the pipelines are ready); destruction
/// stops it within 2 s. Throws std::runtime_error when the address cannot be bound: which one, why,
/// and what to do.
class WebServer : public Routes {
 public:
  WebServer(const WebOptions& options, const Observed& observed);
  ~WebServer() override;
  WebServer(const WebServer&) = delete;
  WebServer& operator=(const WebServer&) = delete;

  std::uint16_t port() const;

  std::string add(const void* owner, std::string_view pattern, weir_http_handler handler,
                  void* self) override;
  void remove(const void* owner) override;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace weir
