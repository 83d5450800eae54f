#include "settings.hpp"

#include <boost/json.hpp>
#include <stdexcept>

namespace weir::kafka_source {
namespace {

From start_of(const std::string& word) {
  if (word == "earliest") return From::earliest;
  if (word == "latest") return From::latest;
  if (word == "committed") return From::committed;
  return From::error;  // the schema allows no fifth word
}

std::vector<std::string> topics_of(const Config& config) {
  const std::string one = config.text("/topic");
  auto topics = config.texts("/topics");
  if (one.empty() && topics.empty()) {
    throw std::runtime_error(
        "kafka-source has no topic to read; add `topic: NAME` or `topics: [NAME, ...]`");
  }
  if (!one.empty() && !topics.empty()) {
    throw std::runtime_error("kafka-source has both `topic` and `topics`; keep one of them");
  }
  if (!one.empty()) topics.push_back(one);
  return topics;
}

std::string property_text(const boost::json::value& value) {
  if (value.is_string()) return std::string(value.get_string());
  return boost::json::serialize(value);
}

// The names of the properties are the user's, so they cannot be asked for by pointer.
std::vector<std::pair<std::string, std::string>> properties_of(const Config& config) {
  const auto json = config.json();
  const boost::json::value all = boost::json::parse({json.data(), json.size()});
  std::vector<std::pair<std::string, std::string>> properties;
  if (const auto* map = all.as_object().if_contains("properties")) {
    for (const auto& [name, value] : map->as_object()) {
      properties.emplace_back(std::string(name), property_text(value));
    }
  }
  return properties;
}

}  // namespace

Settings Settings::from(const Config& config) {
  return {.brokers = config.text("/brokers"),
          .topics = topics_of(config),
          .group = config.text("/group"),
          .instance = config.text("/instance"),
          .start = start_of(config.text("/start")),
          .queue_bytes = config.bytes("/queue"),
          .drain = std::chrono::ceil<std::chrono::milliseconds>(config.duration("/drain")),
          .properties = properties_of(config)};
}

}  // namespace weir::kafka_source
