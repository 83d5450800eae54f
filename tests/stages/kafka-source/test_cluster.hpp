#pragma once

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace weir::kafka_tests {

/// A message as a test writes or reads it.
struct Record {
  std::optional<std::string> value;
  std::optional<std::string> key{};
  std::vector<std::pair<std::string, std::string>> headers{};
  std::int64_t time_ms = 0;

  bool operator==(const Record&) const = default;
};

/// librdkafka's mock cluster, with plain clients to write to it and to look into it.
class TestCluster {
 public:
  explicit TestCluster(int brokers = 1);

  std::string brokers() const;
  rd_kafka_mock_cluster_t& mock() { return *cluster_; }
  /// Takes all brokers away, or brings them back.
  void set_down(bool down);

  void create_topic(const std::string& name, int partitions);
  /// Returns when the brokers have all of them.
  void write(const std::string& topic, int partition, const std::vector<Record>& records);
  /// Values "0" to "count - 1" of one partition.
  void write_numbers(const std::string& topic, int partition, int count, int first = 0);
  /// Everything in the topic, by partition.
  std::map<int, std::vector<Record>> read(const std::string& topic, int partitions);

  /// -1: there is none.
  std::int64_t committed(const std::string& group, const std::string& topic, int partition);
  void commit(const std::string& group, const std::string& topic, int partition,
              std::int64_t position);

 private:
  struct Destroy {
    void operator()(rd_kafka_t* client) const noexcept { rd_kafka_destroy(client); }
    void operator()(rd_kafka_mock_cluster_t* cluster) const noexcept {
      rd_kafka_mock_cluster_destroy(cluster);
    }
    void operator()(rd_kafka_topic_partition_list_t* list) const noexcept {
      rd_kafka_topic_partition_list_destroy(list);
    }
    void operator()(rd_kafka_message_t* message) const noexcept {
      rd_kafka_message_destroy(message);
    }
  };
  using Client = std::unique_ptr<rd_kafka_t, Destroy>;

  Client client(rd_kafka_type_t type, const std::map<std::string, std::string>& properties) const;

  Client host_;
  std::unique_ptr<rd_kafka_mock_cluster_t, Destroy> cluster_;
};

}  // namespace weir::kafka_tests
