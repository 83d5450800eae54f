#include "engine/cli/service.hpp"

#include "engine/cli/read_files.hpp"
#include "engine/loader/registry.hpp"

#include <Poco/Exception.h>
#include <Poco/JSON/Array.h>
#include <Poco/JSON/ParseHandler.h>
#include <Poco/JSON/Parser.h>

#include <iostream>
#include <stdexcept>

namespace weir {
namespace {

using Poco::JSON::Object;

/// From here an address that means "all of this machine's" is reached on loopback.
std::string reachable(const std::string& host) {
  if (host == "0.0.0.0") return "127.0.0.1";
  const std::string& plain = host == "::" ? "::1" : host;
  return plain.find(':') == std::string::npos ? plain : "[" + plain + "]";
}

/// What the service answers, refusals included.
Object::Ptr read(const ServiceClient& service, const std::string& path,
                 const ServiceClient::Answer& answer) try {
  Poco::JSON::Parser parser(new Poco::JSON::ParseHandler(true));
  return parser.parse(answer.body).extract<Object::Ptr>();
} catch (const Poco::Exception& e) {
  throw std::runtime_error(service.url() + path + " does not answer as a service does (" +
                           e.displayText() + "); see what listens there");
}

[[noreturn]] void refuse(const ServiceClient& service, const std::string& path, int status,
                         const Object& problem) {
  throw std::runtime_error(service.url() + path + " answers " + std::to_string(status) + ": " +
                           problem.optValue<std::string>("detail", "no reason"));
}

}  // namespace

std::optional<ServicePlace> place_in(const std::filesystem::path& file,
                                     const std::vector<std::filesystem::path>& plugin_folders) {
  const Registry registry(plugin_folders);
  const auto readings = read_files({file}, registry);
  if (!readings) return std::nullopt;
  const PipelineSpec& spec = *readings->front().spec;
  if (!spec.http || spec.http->port == 0) {
    std::cerr << "error: " << file.string()
              << " does not say at which port it is served; name the service by --url\n";
    return std::nullopt;
  }
  return ServicePlace{
      "http://" + reachable(spec.http->host) + ":" + std::to_string(spec.http->port), spec.name};
}

Object::Ptr find_document(const ServiceClient& service, const std::string& path) {
  const auto answer = service.get(path);
  Object::Ptr object = read(service, path, answer);
  if (answer.status == 404) return nullptr;
  if (answer.status != 200) refuse(service, path, answer.status, *object);
  return object;
}

Object::Ptr document(const ServiceClient& service, const std::string& path) {
  const auto answer = service.get(path);
  Object::Ptr object = read(service, path, answer);
  if (answer.status != 200) refuse(service, path, answer.status, *object);
  return object;
}

Object::Ptr posted_document(const ServiceClient& service, const std::string& path,
                            const std::string& body, const std::string& token) {
  const auto answer = service.post(path, body, token);
  Object::Ptr object = read(service, path, answer);
  if (answer.status != 200) refuse(service, path, answer.status, *object);
  return object;
}

std::vector<std::string> pipelines_of(const ServiceClient& service) {
  std::vector<std::string> names;
  const auto list = document(service, "/api/pipelines")->getArray("pipelines");
  for (std::size_t i = 0; list && i < list->size(); ++i)
    names.push_back(list->getObject(static_cast<unsigned>(i))->getValue<std::string>("name"));
  return names;
}

}  // namespace weir
