#include "engine/web/server.hpp"

#include "engine/web/listener.hpp"
#include "engine/web/means.hpp"

namespace weir {
namespace {

/// The file's own words for where it listens name the server as well.
std::vector<std::string> hosts_of(const WebOptions& options) {
  std::vector<std::string> hosts = options.hosts;
  hosts.push_back(options.host);
  return hosts;
}

}  // namespace

class WebServer::State {
 public:
  State(const WebOptions& options, const Observed& observed)
      : socket(web::listen_at(options.host, options.port)),
        parts(web::affordable(web::Limits{}, web::means_of_process()),
              web::guard_for(socket, hosts_of(options), options.token), observed, options.page),
        listener(socket, parts) {}

  Poco::Net::ServerSocket socket;
  web::Parts parts;
  web::Listener listener;
};

WebServer::WebServer(const WebOptions& options, const Observed& observed)
    : state_(std::make_unique<State>(options, observed)) {}

WebServer::~WebServer() = default;

std::uint16_t WebServer::port() const { return state_->socket.address().port(); }

std::string WebServer::add(const void* owner, std::string_view pattern, weir_http_handler handler,
                           void* self) {
  return state_->parts.routes.add(owner, pattern, handler, self);
}

void WebServer::remove(const void* owner) { state_->parts.routes.remove(owner); }

}  // namespace weir
