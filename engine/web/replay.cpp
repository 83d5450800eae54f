#include "engine/web/replay.hpp"

#include "engine/web/json_writer.hpp"
#include "engine/web/letter_filter.hpp"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/JSONException.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace weir::web {
namespace {

using Poco::Dynamic::Var;
using Poco::JSON::Array;
using Poco::JSON::Object;

constexpr std::size_t most_places = 100;
constexpr int deepest = 8;

/// A fault of the body, for people.
class Fault : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

Object::Ptr parse(std::string_view body) try {
  Poco::JSON::Parser parser;
  parser.setDepth(deepest);
  const Var document = parser.parse(std::string(body));
  if (document.type() == typeid(Object::Ptr)) return document.extract<Object::Ptr>();
  throw Fault("the body is not a JSON object");
} catch (const Poco::Exception& e) {
  throw Fault("the body is not JSON: " + e.message());
}

template <std::size_t N>
void know(const Object& object, const std::array<const char*, N>& names) {
  for (const auto& [name, value] : object)
    if (std::ranges::find(names, name) == names.end())
      throw Fault("nobody knows the member `" + name + "`; take it out");
}

std::string text(const Var& value, const std::string& name) {
  if (!value.isString()) throw Fault("`" + name + "` is not a text");
  return value.extract<std::string>();
}

std::uint64_t place(const Var& value, const std::string& name) {
  const auto number = read_place(text(value, name));
  if (!number) throw Fault("`" + name + "` is not a letter's place; take it from their list");
  return *number;
}

void read_places(const Var& value, ReplayQuery& wanted) {
  if (value.type() != typeid(Array::Ptr)) throw Fault("`places` is not a list of texts");
  const auto& places = *value.extract<Array::Ptr>();
  if (places.size() == 0 || places.size() > most_places)
    throw Fault("`places` names " + std::to_string(places.size()) +
                " letters; name 1 to 100 at a time");
  for (const Var& each : places) wanted.places.push_back(place(each, "places"));
}

void read_filter(const Var& value, LetterFilter& filter) {
  if (value.type() != typeid(Object::Ptr)) throw Fault("`filter` is not an object");
  const auto& members = *value.extract<Object::Ptr>();
  know(members, std::array{"code", "stage", "from", "to", "text"});
  const auto member = [&](const char* name) -> std::optional<std::string> {
    if (!members.has(name)) return std::nullopt;
    return text(members.get(name), name);
  };
  if (const auto fault = read_letter_filter(member, filter)) throw Fault(*fault);
}

void read(const Object& body, ReplayQuery& wanted) {
  know(body, std::array{"dry_run", "places", "filter", "after"});
  if (body.has("dry_run")) {
    if (!body.get("dry_run").isBoolean()) throw Fault("`dry_run` is neither true nor false");
    wanted.dry_run = body.getValue<bool>("dry_run");
  }
  if (body.has("places") == body.has("filter"))
    throw Fault("say either `places`, or `filter`, which may be {} for all letters");
  if (body.has("places")) read_places(body.get("places"), wanted);
  if (body.has("filter")) read_filter(body.get("filter"), wanted.filter);
  if (!body.has("after") || body.get("after").isEmpty()) return;
  if (body.has("places")) throw Fault("`after` goes with `filter` only");
  wanted.after = place(body.get("after"), "after");
}

const char* to_string(ReplayedLetter::Outcome outcome) {
  switch (outcome) {
    case ReplayedLetter::Outcome::stored:
      return "stored";
    case ReplayedLetter::Outcome::superseded:
      return "superseded";
    case ReplayedLetter::Outcome::done:
      return "done";
    case ReplayedLetter::Outcome::rejected:
      return "rejected";
    case ReplayedLetter::Outcome::dropped:
      return "dropped";
    case ReplayedLetter::Outcome::unknown:
      return "unknown";
  }
  throw std::logic_error("an outcome that nobody knows");
}

void append(std::string& out, const char* name, const std::optional<std::string>& text) {
  out.append(",\"").append(name).append("\":");
  if (text) {
    append_json(out, *text);
  } else {
    out += "null";
  }
}

void append(std::string& out, const ReplayedLetter& letter) {
  out += "{\"place\":\"" + std::to_string(letter.place) + '"';
  append(out, "origin", letter.origin);
  out += ",\"position\":" + std::to_string(letter.position);
  append(out, "key", letter.key);
  append(out, "outcome", std::string(to_string(letter.outcome)));
  append(out, "stage", letter.stage);
  append(out, "code", letter.code);
  append(out, "reason", letter.reason);
  append(out, "pointer", letter.pointer);
  out += '}';
}

std::string json(const ReplayAnswer& answer, bool dry_run) {
  std::string text = dry_run ? R"({"dry_run":true,"letters":[)" : R"({"dry_run":false,"letters":[)";
  for (const ReplayedLetter& letter : answer.letters) {
    if (text.back() != '[') text += ',';
    append(text, letter);
  }
  text += "],\"next\":";
  text += answer.next == 0 ? "null" : '"' + std::to_string(answer.next) + '"';
  return text + '}';
}

}  // namespace

std::optional<std::string> read_replay(std::string_view body, ReplayQuery& wanted) try {
  read(*parse(body), wanted);
  return std::nullopt;
} catch (const Fault& fault) {
  return fault.what();
}

Reply replay_reply(const Observed& observed, std::string_view pipeline, std::string_view body) {
  using Refusal = ReplayAnswer::Refusal;
  ReplayQuery wanted;
  if (const auto fault = read_replay(body, wanted)) return problem(400, *fault);
  const ReplayAnswer answer = observed.replay(pipeline, wanted);
  switch (answer.refusal) {
    case Refusal::none:
      return json_reply(json(answer, wanted.dry_run));
    case Refusal::no_pipeline:
      return problem(404, "no pipeline is called '" + std::string(pipeline) +
                              "'; /api/pipelines shows every pipeline");
    case Refusal::no_keeper:
      return problem(404,
                     "no stage of this pipeline keeps dead letters that can be listed; let "
                     "`rejects:` name one that offers weir.letters/1");
    case Refusal::no_taker:
      return problem(409,
                     "no step of this pipeline can take a message once more and be sure that it is "
                     "done once; one that offers weir.replay/1 can, such as pg-sink");
    case Refusal::not_now:
      return problem(web::Refusal{503, answer.why});
  }
  throw std::logic_error("a refusal that nobody knows");
}

}  // namespace weir::web
