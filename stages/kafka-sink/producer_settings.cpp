#include "producer_settings.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <stdexcept>

namespace weir::kafka_sink {
namespace {

struct Owned {
  std::string_view property;
  std::string_view instead;
};

// In other hands these would lose messages, write them twice, or contradict another option.
constexpr std::array owned{
    Owned{"bootstrap.servers", "use `brokers`"},
    Owned{"metadata.broker.list", "use `brokers`"},
    Owned{"enable.idempotence", "the stage writes idempotently"},
    Owned{"acks", "the stage waits for all replicas"},
    Owned{"request.required.acks", "the stage waits for all replicas"},
    Owned{"transactional.id", "the stage writes without transactions"},
    Owned{"message.timeout.ms", "a batch is never given up; see `patience`"},
    Owned{"delivery.timeout.ms", "a batch is never given up; see `patience`"},
    Owned{"enable.gapless.guarantee", "the stage sends again what the brokers refused"},
    Owned{"delivery.report.only.error", "the stage counts every acknowledgement"},
};

void set(rd_kafka_conf_t& conf, const std::string& name, const std::string& value) {
  std::array<char, 512> why{};
  const auto result = rd_kafka_conf_set(&conf, name.c_str(), value.c_str(), why.data(), why.size());
  if (result == RD_KAFKA_CONF_OK) return;
  throw std::runtime_error("kafka-sink cannot set the property `" + name + "`: " + why.data() +
                           "; correct it under `properties`, librdkafka " + rd_kafka_version_str() +
                           " knows which there are");
}

}  // namespace

ProducerSettings ProducerSettings::from(const Config& config, std::string_view pipeline) {
  ProducerSettings settings{.brokers = config.text("/brokers"),
                            .client_id = "weir-" + std::string(pipeline),
                            .properties = {}};
  // The names of the properties are the user's, so they cannot be asked for by pointer.
  const auto json = config.json();
  const boost::json::value all = boost::json::parse({json.data(), json.size()});
  if (const auto* map = all.as_object().if_contains("properties")) {
    for (const auto& [name, value] : map->as_object()) {
      settings.properties.emplace_back(std::string(name), value.is_string()
                                                              ? std::string(value.get_string())
                                                              : boost::json::serialize(value));
    }
  }
  return settings;
}

ClientSettings ProducerSettings::client_settings() const {
  ClientSettings conf(rd_kafka_conf_new());
  set(*conf, "client.id", client_id);
  set(*conf, "socket.nagle.disable", "true");
  // Brokers that were away are found again after two seconds at most, instead of ten.
  set(*conf, "reconnect.backoff.max.ms", "2000");
  // The same key goes to the same partition as from a Java client.
  set(*conf, "partitioner", "murmur2_random");
  for (const auto& [name, value] : properties) {
    const auto found = std::ranges::find(owned, name, &Owned::property);
    if (found != owned.end()) {
      throw std::runtime_error("kafka-sink owns the property `" + name + "` (it is set to \"" +
                               value +
                               "\" under `properties`); remove it: " + std::string(found->instead));
    }
    set(*conf, name, value);
  }
  set(*conf, "bootstrap.servers", brokers);
  set(*conf, "enable.idempotence", "true");
  // A message that the library gives up may have been written after all, and would be written
  // twice.
  set(*conf, "message.timeout.ms", "0");
  return conf;
}

}  // namespace weir::kafka_sink
