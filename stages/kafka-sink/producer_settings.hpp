#pragma once

#include <librdkafka/rdkafka.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>
#include <weir/stage.hpp>

namespace weir::kafka_sink {

struct FreeSettings {
  void operator()(rd_kafka_conf_t* conf) const noexcept { rd_kafka_conf_destroy(conf); }
};
using ClientSettings = std::unique_ptr<rd_kafka_conf_t, FreeSettings>;

/// What a producer is made from.
struct ProducerSettings {
  std::string brokers;
  std::string client_id;
  std::vector<std::pair<std::string, std::string>> properties;

  static ProducerSettings from(const Config& config, std::string_view pipeline);

  /// librdkafka's configuration, without callbacks. Throws when a property is unknown, wrong, or
  /// owned by the stage.
  ClientSettings client_settings() const;
};

}  // namespace weir::kafka_sink
