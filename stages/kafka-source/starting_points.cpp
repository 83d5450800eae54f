#include "starting_points.hpp"

#include <span>

namespace weir::kafka_source {
namespace {

constexpr int broker_wait_ms = 5'000;

[[noreturn]] void ask_again(const std::string& question, rd_kafka_resp_err_t error) {
  throw Retry("kafka-source cannot learn " + question + ": " + rd_kafka_err2str(error) +
              "; it asks again, see whether the brokers are well");
}

std::string name_of(const rd_kafka_topic_partition_t& partition) {
  return std::string(partition.topic) + "/" + std::to_string(partition.partition);
}

}  // namespace

void StartingPoints::fill(rd_kafka_topic_partition_list_t& partitions) const {
  if (partitions.cnt == 0) return;
  const std::string question = "the committed offsets of group \"" + group_ + "\"";
  const auto error = rd_kafka_committed(&client_, &partitions, broker_wait_ms);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) ask_again(question, error);
  for (auto& partition : std::span(partitions.elems, static_cast<std::size_t>(partitions.cnt))) {
    if (partition.err != RD_KAFKA_RESP_ERR_NO_ERROR) ask_again(question, partition.err);
    if (partition.offset < 0) partition.offset = without_position(partition);
  }
}

std::int64_t StartingPoints::without_position(const rd_kafka_topic_partition_t& partition) const {
  if (start_ == Start::committed || start_ == Start::error) {
    throw std::runtime_error(
        "group \"" + group_ + "\" has no committed offset for " + name_of(partition) +
        ", and `start` is " + (start_ == Start::committed ? "committed" : "error") +
        "; set the group's offset with Kafka's tools, or choose `start: earliest` "
        "or `start: latest`");
  }
  std::int64_t oldest = 0;
  std::int64_t next = 0;
  const auto error = rd_kafka_query_watermark_offsets(
      &client_, partition.topic, partition.partition, &oldest, &next, broker_wait_ms);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    ask_again("the oldest and newest offset of " + name_of(partition), error);
  }
  return start_ == Start::earliest ? oldest : next;
}

}  // namespace weir::kafka_source
