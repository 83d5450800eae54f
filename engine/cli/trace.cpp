#include "engine/cli/cli.hpp"
#include "engine/cli/service.hpp"
#include "engine/cli/trace_text.hpp"
#include "engine/web/service_client.hpp"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <iostream>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <vector>

namespace weir {
namespace {

using Poco::JSON::Object;

/// ORIGIN@POSITION, or topic[partition]@position; a key may look so as well.
bool looks_like_a_message(const std::string& id) {
  const std::size_t at = id.rfind('@');
  return at != std::string::npos && at > 0 && at + 1 < id.size() &&
         id.find_first_not_of("0123456789", at + 1) == std::string::npos;
}

struct Known {
  std::string pipeline;
  Object::Ptr answer;
};

std::vector<Known> ask(const ServiceClient& service, const std::vector<std::string>& names,
                       const char* member, const std::string& id) {
  std::vector<Known> known;
  for (const std::string& name : names) {
    auto answer = document(service, "/api/pipelines/" + url_escaped(name) + "/trace?" + member +
                                        "=" + url_escaped(id));
    if (knows_something(*answer)) known.push_back({name, std::move(answer)});
  }
  return known;
}

std::string json(const std::vector<Known>& known) {
  Poco::JSON::Array::Ptr list = new Poco::JSON::Array;
  for (const auto& [name, answer] : known) {
    Object::Ptr one = new Object(*answer);
    one->set("pipeline", name);
    list->add(one);
  }
  Object all;
  all.set("pipelines", list);
  std::ostringstream text;
  all.stringify(text);
  return text.str() + "\n";
}

}  // namespace

int trace(const TraceOptions& options, const std::vector<std::filesystem::path>& plugin_folders) {
  const auto place = options.file.empty() ? std::optional(ServicePlace{options.url, std::nullopt})
                                          : place_in(options.file, plugin_folders);
  if (!place) return exit_usage;
  std::optional<ServiceClient> service;
  try {
    service.emplace(place->url);
  } catch (const std::invalid_argument& e) {
    std::cerr << "error: " << e.what() << '\n';
    return exit_usage;
  }
  const auto names = place->pipeline ? std::vector{*place->pipeline} : pipelines_of(*service);
  auto known =
      ask(*service, names, looks_like_a_message(options.id) ? "message" : "key", options.id);
  if (known.empty() && looks_like_a_message(options.id))
    known = ask(*service, names, "key", options.id);
  if (options.json) {
    std::cout << json(known);
  } else if (known.empty()) {
    std::cout << "nothing is known of it: no pipeline has read it, or it has left memory, rows and "
                 "letters\n";
  }
  for (std::size_t i = 0; !options.json && i < known.size(); ++i)
    std::cout << (i == 0 ? "" : "\n") << trace_text(known[i].pipeline, *known[i].answer);
  return known.empty() ? exit_failed : exit_well;
}

}  // namespace weir
