#pragma once

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <netinet/in.h>

#include <memory>
#include <string>
#include <weir/stage.hpp>

namespace weir::kafka_broker {

/// librdkafka's mock cluster: brokers in this process, each at a random port of the loopback
/// interface.
class MockCluster {
 public:
  /// What librdkafka has to say goes to the host's log. Throws std::runtime_error.
  MockCluster(int brokers, const Host& host);
  MockCluster(const MockCluster&) = delete;
  MockCluster& operator=(const MockCluster&) = delete;

  /// Throws std::runtime_error when librdkafka refuses the name.
  void create_topic(const std::string& name, int partitions);
  /// The first broker's address.
  sockaddr_in address() const;

 private:
  struct DestroyClient {
    void operator()(rd_kafka_t* client) const noexcept { rd_kafka_destroy(client); }
  };
  struct DestroyCluster {
    void operator()(rd_kafka_mock_cluster_t* cluster) const noexcept {
      rd_kafka_mock_cluster_destroy(cluster);
    }
  };

  // From librdkafka's threads.
  static void on_log(const rd_kafka_t* client, int level, const char* kind,
                     const char* line) noexcept;

  Host host_;
  std::unique_ptr<rd_kafka_t, DestroyClient>
      client_;  // the cluster's book-keeping lives in a client
  std::unique_ptr<rd_kafka_mock_cluster_t, DestroyCluster> cluster_;
};

}  // namespace weir::kafka_broker
