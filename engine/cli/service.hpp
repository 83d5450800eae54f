#pragma once

#include "engine/web/service_client.hpp"

#include <Poco/JSON/Object.h>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace weir {

/// Where a service runs, and which of its pipelines are asked; none: all. A value.
struct ServicePlace {
  std::string url;
  std::optional<std::string> pipeline;
};

/// What a pipeline's file says; nothing: it is wrong, and that was said.
std::optional<ServicePlace> place_in(const std::filesystem::path& file,
                                     const std::vector<std::filesystem::path>& plugin_folders);

/// The document at this path, its members in their order; null where nothing is there. Throws
/// std::runtime_error with the service's own words where it refuses.
Poco::JSON::Object::Ptr find_document(const ServiceClient& service, const std::string& path);

/// The same; throws as well where nothing is there.
Poco::JSON::Object::Ptr document(const ServiceClient& service, const std::string& path);

/// What the service answers to this body, JSON, with its token where that is not empty.
Poco::JSON::Object::Ptr posted_document(const ServiceClient& service, const std::string& path,
                                        const std::string& body, const std::string& token);

std::vector<std::string> pipelines_of(const ServiceClient& service);

}  // namespace weir
