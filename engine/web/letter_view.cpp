#include "engine/web/letter_view.hpp"

#include "engine/web/api_views.hpp"
#include "engine/web/moment.hpp"
#include "engine/web/utf8.hpp"

#include <Poco/Base64Encoder.h>
#include <Poco/JSON/Array.h>

#include <sstream>
#include <string>

namespace weir::web {
namespace {

using Poco::Dynamic::Var;

std::string base64(const std::string& bytes) {
  std::ostringstream text;
  Poco::Base64Encoder encoder(text);
  encoder.rdbuf()->setLineLength(0);
  encoder << bytes;
  encoder.close();
  return std::move(text).str();
}

void set_text(Poco::JSON::Object& object, const char* name,
              const std::optional<std::string>& text) {
  object.set(name, text ? json_text(*text) : Var());
}

void set_bytes(Poco::JSON::Object& object, const char* name,
               const std::optional<std::string>& bytes) {
  set_text(object, name, bytes);
  if (bytes && !is_utf8(*bytes)) object.set(std::string(name) + "_base64", base64(*bytes));
}

void set_moment(Poco::JSON::Object& object, const char* name,
                const std::optional<Scheduler::Wall>& at) {
  object.set(name, at ? Var(rfc3339(*at)) : Var());
}

}  // namespace

Poco::JSON::Object letter_object(const Letter& letter) {
  auto object = json_object();
  object.set("place", std::to_string(letter.place));
  object.set("origin", json_text(letter.origin));
  object.set("position", static_cast<Poco::Int64>(letter.position));
  set_bytes(object, "key", letter.key);
  set_bytes(object, "value", letter.value);
  object.set("value_bytes", static_cast<Poco::UInt64>(letter.value.value_or("").size()));
  set_text(object, "stage", letter.stage);
  set_text(object, "code", letter.code);
  set_text(object, "reason", letter.reason);
  set_text(object, "pointer", letter.pointer);
  set_moment(object, "written_at", letter.written_at);
  set_moment(object, "replayed_at", letter.replayed_at);
  Poco::JSON::Array headers;
  for (const auto& [name, value] : letter.headers) {
    Poco::JSON::Array header;
    header.add(json_text(name));
    header.add(json_text(value));
    headers.add(header);
  }
  object.set("headers", headers);
  return object;
}

}  // namespace weir::web
