#pragma once

#include <netinet/in.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>
#include <weir/stage.hpp>

#include "forwarder.hpp"
#include "kafka-broker.schema.hpp"
#include "mock_cluster.hpp"

namespace weir::kafka_broker {

/// A Kafka cluster in the process, at a fixed address: for demos and tests.
class KafkaBroker {
 public:
  static constexpr Info info{.id = "kafka-broker",
                             .summary = "Runs a small Kafka in this process, for demos and tests.",
                             .schema = schemas::kafka_broker};

  explicit KafkaBroker(const Context& context);

  void start();
  void stop();

 private:
  struct Topic {
    std::string name;
    int partitions;
  };

  Host host_;
  sockaddr_in listen_;
  int brokers_;
  std::vector<Topic> topics_;
  std::unique_ptr<MockCluster> cluster_;
  std::unique_ptr<Forwarder> forwarder_;
};

}  // namespace weir::kafka_broker
