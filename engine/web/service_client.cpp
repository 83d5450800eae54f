#include "engine/web/service_client.hpp"

#include "engine/web/query.hpp"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/StreamCopier.h>
#include <Poco/Timespan.h>
#include <Poco/URI.h>

#include <stdexcept>

namespace weir {

ServiceClient::ServiceClient(std::string_view url, std::chrono::seconds longest_answer)
    : url_(url), longest_answer_(longest_answer) {
  while (url_.ends_with('/')) url_.pop_back();
  try {
    const Poco::URI parsed(url_);
    host_ = parsed.getHost();
    port_ = parsed.getPort();
    if (parsed.getScheme() == "http" && !host_.empty() && parsed.getPathEtc().empty() &&
        parsed.getUserInfo().empty())
      return;
  } catch (const Poco::Exception&) {  // said below
  }
  throw std::invalid_argument("'" + std::string(url) +
                              "' is no address of a service; write http://127.0.0.1:8081");
}

ServiceClient::Answer ServiceClient::get(const std::string& path) const {
  return ask("GET", path, nullptr, {});
}

ServiceClient::Answer ServiceClient::post(const std::string& path, const std::string& body,
                                          const std::string& token) const {
  return ask("POST", path, &body, token);
}

ServiceClient::Answer ServiceClient::ask(const char* method, const std::string& path,
                                         const std::string* body, const std::string& token) const
    try {
  Poco::Net::HTTPClientSession session(host_, port_);
  session.setTimeout(Poco::Timespan(static_cast<long>(longest_answer_.count()), 0));
  Poco::Net::HTTPRequest request(method, path, "HTTP/1.1");
  if (!token.empty()) request.set("Authorization", "Bearer " + token);
  if (body != nullptr) {
    request.setContentType("application/json");
    request.setContentLength64(static_cast<Poco::Int64>(body->size()));
  }
  std::ostream& sent = session.sendRequest(request);
  if (body != nullptr) sent << *body;
  Poco::Net::HTTPResponse response;
  std::istream& received = session.receiveResponse(response);
  Answer answer{.status = response.getStatus(), .body = {}};
  Poco::StreamCopier::copyToString(received, answer.body);
  return answer;
} catch (const Poco::Exception& e) {
  throw std::runtime_error("no service answers at " + url_ + " (" + e.displayText() +
                           "); see whether it runs and where it listens");
}

std::string url_escaped(std::string_view text) { return web::escaped(text); }

}  // namespace weir
