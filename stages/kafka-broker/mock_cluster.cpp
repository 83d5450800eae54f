#include "mock_cluster.hpp"

#include <array>
#include <stdexcept>
#include <string_view>

#include "listen_address.hpp"

namespace weir::kafka_broker {

MockCluster::MockCluster(int brokers, const Host& host) : host_(host) {
  std::array<char, 512> why{};
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  rd_kafka_conf_set_opaque(conf, this);
  rd_kafka_conf_set_log_cb(conf, &on_log);
  client_.reset(rd_kafka_new(RD_KAFKA_PRODUCER, conf, why.data(), why.size()));
  if (!client_) {
    rd_kafka_conf_destroy(conf);  // a client would own it
    throw std::runtime_error(std::string("kafka-broker cannot start librdkafka: ") + why.data() +
                             "; raise the limits of threads and open files");
  }
  cluster_.reset(rd_kafka_mock_cluster_new(client_.get(), brokers));
  if (!cluster_) {
    throw std::runtime_error(
        "kafka-broker cannot start " + std::to_string(brokers) +
        " mock brokers; ask for fewer `brokers`, or raise the limit of open files");
  }
}

void MockCluster::create_topic(const std::string& name, int partitions) {
  const auto error = rd_kafka_mock_topic_create(cluster_.get(), name.c_str(), partitions, 1);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    throw std::runtime_error("kafka-broker cannot make the topic \"" + name +
                             "\": " + rd_kafka_err2str(error) +
                             "; name each topic once, with letters, digits, "
                             "dots, dashes and underscores");
  }
}

void MockCluster::on_log(const rd_kafka_t* client, int, const char* kind,
                         const char* line) noexcept {
  static_cast<const MockCluster*>(rd_kafka_opaque(client))
      ->host_.debug(std::string(kind) + ": " + line);
}

sockaddr_in MockCluster::address() const {
  const std::string_view all = rd_kafka_mock_cluster_bootstraps(cluster_.get());
  return listen_address(std::string(all.substr(0, all.find(','))));
}

}  // namespace weir::kafka_broker
