#include "engine/web/reply.hpp"

#include "engine/web/api_views.hpp"

#include <Poco/Net/HTTPResponse.h>

namespace weir::web {

Reply text_reply(std::string_view type, std::string body) {
  return {.status = 200,
          .fields = {{"Content-Type", type}, {"Cache-Control", "no-store"}},
          .body = std::make_shared<const std::string>(std::move(body))};
}

Reply json_reply(std::string body) { return text_reply("application/json", std::move(body)); }

Reply problem(int status, std::string_view detail) {
  return problem_reply(status, problem_document(status, detail));
}

Reply problem(const Refusal& refusal) {
  Reply reply = problem(refusal.status, refusal.detail);
  if (refusal.status == 405) reply.fields.push_back({"Allow", refusal.allow});
  if (refusal.status == 401) reply.fields.push_back({"WWW-Authenticate", "Bearer"});
  if (refusal.status == 503) reply.fields.push_back({"Retry-After", "1"});
  return reply;
}

Poco::JSON::Object problem_document(int status, std::string_view detail) {
  using Poco::Net::HTTPResponse;
  auto object = json_object();
  object.set("type", std::string("about:blank"));
  object.set("title",
             HTTPResponse::getReasonForStatus(static_cast<HTTPResponse::HTTPStatus>(status)));
  object.set("status", status);
  object.set("detail", json_text(detail));
  return object;
}

Reply problem_reply(int status, const Poco::JSON::Object& document) {
  Reply reply = text_reply("application/problem+json", to_text(document));
  reply.status = status;
  return reply;
}

}  // namespace weir::web
