#include "test_cluster.hpp"

#include <array>
#include <stdexcept>

namespace weir::kafka_tests {
namespace {

void demand(rd_kafka_resp_err_t error, const char* what) {
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
    throw std::runtime_error(std::string(what) + ": " + rd_kafka_err2str(error));
}

std::optional<std::string> bytes(const void* data, std::size_t size) {
  if (data == nullptr) return std::nullopt;
  return std::string(static_cast<const char*>(data), size);
}

Record record_of(rd_kafka_message_t& message) {
  Record record{.value = bytes(message.payload, message.len),
                .key = bytes(message.key, message.key_len)};
  rd_kafka_timestamp_type_t kind{};
  record.time_ms = rd_kafka_message_timestamp(&message, &kind);
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return record;
  const char* name = nullptr;
  const void* value = nullptr;
  std::size_t size = 0;
  for (std::size_t i = 0; rd_kafka_header_get_all(headers, i, &name, &value, &size) == 0; ++i) {
    record.headers.emplace_back(name, bytes(value, size).value_or(""));
  }
  return record;
}

}  // namespace

TestCluster::TestCluster(int brokers) {
  std::array<char, 512> why{};
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  rd_kafka_conf_set(conf, "log_level", "0", nullptr, 0);
  host_.reset(rd_kafka_new(RD_KAFKA_PRODUCER, conf, why.data(), why.size()));
  cluster_.reset(rd_kafka_mock_cluster_new(host_.get(), brokers));
}

std::string TestCluster::brokers() const {
  return rd_kafka_mock_cluster_bootstraps(cluster_.get());
}

void TestCluster::set_down(bool down) {
  demand(down ? rd_kafka_mock_broker_set_down(cluster_.get(), -1)
              : rd_kafka_mock_broker_set_up(cluster_.get(), -1),
         "set_down");
}

void TestCluster::create_topic(const std::string& name, int partitions) {
  demand(rd_kafka_mock_topic_create(cluster_.get(), name.c_str(), partitions, 1), "create_topic");
}

TestCluster::Client TestCluster::client(
    rd_kafka_type_t type, const std::map<std::string, std::string>& properties) const {
  std::array<char, 512> why{};
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  rd_kafka_conf_set(conf, "bootstrap.servers", brokers().c_str(), nullptr, 0);
  rd_kafka_conf_set(conf, "log_level", "0", nullptr, 0);
  for (const auto& [name, value] : properties) {
    if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), why.data(), why.size()) !=
        RD_KAFKA_CONF_OK) {
      throw std::runtime_error(why.data());
    }
  }
  Client made(rd_kafka_new(type, conf, why.data(), why.size()));
  if (!made) throw std::runtime_error(why.data());
  return made;
}

void TestCluster::write(const std::string& topic, int partition,
                        const std::vector<Record>& records) {
  const Client producer = client(RD_KAFKA_PRODUCER, {{"linger.ms", "0"}});
  for (const Record& record : records) {
    rd_kafka_headers_t* headers = rd_kafka_headers_new(record.headers.size());
    for (const auto& [name, value] : record.headers) {
      rd_kafka_header_add(headers, name.c_str(), -1, value.data(),
                          static_cast<ssize_t>(value.size()));
    }
    const char* value = record.value ? record.value->data() : nullptr;
    const char* key = record.key ? record.key->data() : nullptr;
    const std::size_t value_size = record.value ? record.value->size() : 0;
    const std::size_t key_size = record.key ? record.key->size() : 0;
    demand(
        rd_kafka_producev(producer.get(), RD_KAFKA_V_TOPIC(topic.c_str()),
                          RD_KAFKA_V_PARTITION(partition), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                          RD_KAFKA_V_VALUE(const_cast<char*>(value), value_size),
                          RD_KAFKA_V_KEY(key, key_size), RD_KAFKA_V_HEADERS(headers),
                          RD_KAFKA_V_TIMESTAMP(record.time_ms), RD_KAFKA_V_END),
        "produce");
  }
  demand(rd_kafka_flush(producer.get(), 20'000), "flush");
}

void TestCluster::write_numbers(const std::string& topic, int partition, int count, int first) {
  std::vector<Record> records;
  for (int i = first; i < first + count; ++i) records.push_back({.value = std::to_string(i)});
  write(topic, partition, records);
}

std::map<int, std::vector<Record>> TestCluster::read(const std::string& topic, int partitions) {
  const Client consumer =
      client(RD_KAFKA_CONSUMER, {{"group.id", "reader"}, {"enable.partition.eof", "true"}});
  const std::unique_ptr<rd_kafka_topic_partition_list_t, Destroy> list(
      rd_kafka_topic_partition_list_new(partitions));
  for (int i = 0; i < partitions; ++i) {
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), i)->offset =
        RD_KAFKA_OFFSET_BEGINNING;
  }
  demand(rd_kafka_assign(consumer.get(), list.get()), "assign");
  std::map<int, std::vector<Record>> all;
  for (int ended = 0; ended < partitions;) {
    const std::unique_ptr<rd_kafka_message_t, Destroy> message(
        rd_kafka_consumer_poll(consumer.get(), 20'000));
    if (!message) throw std::runtime_error("the topic does not end");
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
      ++ended;
    } else {
      demand(message->err, "read");
      all[message->partition].push_back(record_of(*message));
    }
  }
  return all;
}

std::int64_t TestCluster::committed(const std::string& group, const std::string& topic,
                                    int partition) {
  const Client consumer = client(RD_KAFKA_CONSUMER, {{"group.id", group}});
  const std::unique_ptr<rd_kafka_topic_partition_list_t, Destroy> list(
      rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition);
  demand(rd_kafka_committed(consumer.get(), list.get(), 10'000), "committed");
  return list->elems[0].offset < 0 ? -1 : list->elems[0].offset;
}

void TestCluster::commit(const std::string& group, const std::string& topic, int partition,
                         std::int64_t position) {
  const Client consumer = client(RD_KAFKA_CONSUMER, {{"group.id", group}});
  const std::unique_ptr<rd_kafka_topic_partition_list_t, Destroy> list(
      rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition)->offset = position;
  demand(rd_kafka_commit(consumer.get(), list.get(), 0), "commit");
}

}  // namespace weir::kafka_tests
