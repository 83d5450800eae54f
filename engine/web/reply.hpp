#pragma once

#include "engine/web/request_head.hpp"
#include "engine/web/stream.hpp"

#include <Poco/JSON/Object.h>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace weir::web {

/// An answer that the engine gives itself; a value.
struct Reply {
  int status = 200;
  std::vector<Field> fields;  ///< their texts are constants, or live as long as the body
  std::shared_ptr<const std::string> body;  ///< shared with the cache of static files
  std::shared_ptr<Stream> stream{};         ///< instead of a body; shared, so that it may be copied
};

Reply text_reply(std::string_view type, std::string body);
Reply json_reply(std::string body);

/// RFC 9457: what is wrong, for programs and for people.
Reply problem(int status, std::string_view detail);
Reply problem(const Refusal& refusal);

/// The document of a problem, to which members may be added, and its reply.
Poco::JSON::Object problem_document(int status, std::string_view detail);
Reply problem_reply(int status, const Poco::JSON::Object& document);

}  // namespace weir::web
