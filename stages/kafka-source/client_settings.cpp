#include "client_settings.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string_view>

namespace weir::kafka_source {
namespace {

struct Owned {
  std::string_view property;
  std::string_view instead;
};

// Each of these in other hands would lose messages, commit what is not done, or contradict another
// option.
constexpr std::array owned{
    Owned{"bootstrap.servers", "use `brokers`"},
    Owned{"metadata.broker.list", "use `brokers`"},
    Owned{"group.id", "use `group`"},
    Owned{"group.instance.id", "use `instance`"},
    Owned{"queued.max.messages.kbytes", "use `queue`"},
    Owned{"auto.offset.reset", "use `start`; a position that is gone stops the pipeline"},
    Owned{"enable.auto.commit", "the engine commits what has settled"},
    Owned{"auto.commit.enable", "the engine commits what has settled"},
    Owned{"enable.auto.offset.store", "the engine commits what has settled"},
    Owned{"offset.store.method", "offsets are kept by the brokers"},
    Owned{"enable.partition.eof", "the stage needs no end-of-partition events"},
    Owned{"partition.assignment.strategy", "the stage hands lanes over as `range` does"},
    Owned{"group.protocol", "the stage uses the classic protocol"},
    Owned{"log.queue", "the stage reads the client's log"},
};

void set(rd_kafka_conf_t& conf, const std::string& name, const std::string& value) {
  std::array<char, 512> why{};
  const auto result = rd_kafka_conf_set(&conf, name.c_str(), value.c_str(), why.data(), why.size());
  if (result == RD_KAFKA_CONF_OK) return;
  throw std::runtime_error("kafka-source cannot set the property `" + name + "`: " + why.data() +
                           "; correct it under `properties`, librdkafka " + rd_kafka_version_str() +
                           " knows which there are");
}

// A default that only newer versions of the library know.
void set_if_known(rd_kafka_conf_t& conf, const char* name, const char* value) {
  std::array<char, 512> why{};
  static_cast<void>(rd_kafka_conf_set(&conf, name, value, why.data(), why.size()));
}

void set_defaults(rd_kafka_conf_t& conf, const Settings& settings, const std::string& client_id) {
  set(conf, "client.id", client_id);
  // `queue` counts payloads only, and librdkafka takes about 400 bytes more for each message: with
  // small ones and its default of 100,000 messages, that would be several times `queue` (40 MiB,
  // measured with 24 bytes).
  set(conf, "queued.min.messages",
      std::to_string(std::clamp<std::size_t>(settings.queue_bytes / 1024, 1'000, 100'000)));
  set(conf, "socket.nagle.disable", "true");
  // A topic that is made after the start, or grows, is seen after seconds instead of five minutes.
  set(conf, "topic.metadata.refresh.interval.ms", "5000");
  // Brokers that were away are found again after two seconds at most, instead of ten.
  set(conf, "reconnect.backoff.max.ms", "2000");
  // How long a partition whose queue was full is left alone: the defaults (500 ms, 1 s) starve a
  // quick reader.
  set(conf, "fetch.error.backoff.ms", "50");
  set_if_known(conf, "fetch.queue.backoff.ms", "50");
  // A broker answers one fetch at a time: one that waits for messages of an idle partition (500 ms
  // by default) keeps a busy one waiting whose queue has run dry.
  set(conf, "fetch.wait.max.ms", "100");
}

void set_user_properties(rd_kafka_conf_t& conf, const Settings& settings) {
  for (const auto& [name, value] : settings.properties) {
    const auto found = std::ranges::find(owned, name, &Owned::property);
    if (found != owned.end()) {
      throw std::runtime_error("kafka-source owns the property `" + name + "` (it is set to \"" +
                               value +
                               "\" under `properties`); remove it: " + std::string(found->instead));
    }
    set(conf, name, value);
  }
}

void set_owned(rd_kafka_conf_t& conf, const Settings& settings) {
  set(conf, "bootstrap.servers", settings.brokers);
  set(conf, "group.id", settings.group);
  if (!settings.instance.empty()) set(conf, "group.instance.id", settings.instance);
  set(conf, "queued.max.messages.kbytes",
      std::to_string(std::max<std::size_t>(settings.queue_bytes / 1024, 1)));
  set(conf, "auto.offset.reset", "error");
  set(conf, "enable.auto.commit", "false");
  set(conf, "enable.auto.offset.store", "false");
  set(conf, "enable.partition.eof", "false");
  // Cooperative rebalancing is sound from librdkafka 2.10 on only.
  set(conf, "partition.assignment.strategy", "range");
  set(conf, "log.queue", "true");
}

}  // namespace

ClientSettings client_settings(const Settings& settings, const std::string& client_id) {
  ClientSettings conf(rd_kafka_conf_new());
  set_defaults(*conf, settings, client_id);
  set_user_properties(*conf, settings);
  set_owned(*conf, settings);
  return conf;
}

}  // namespace weir::kafka_source
