#pragma once

#include <librdkafka/rdkafka.h>

#include <cstdint>
#include <memory>

namespace weir::kafka_source {

/// Hands a C handle back to the library that made it.
template <auto Function>
struct Release {
  template <class Handle>
  void operator()(Handle* handle) const noexcept {
    Function(handle);
  }
};

/// The source leaves its group itself, within a deadline, so that this never waits for brokers that
/// are away. It does wait for messages that are still alive.
inline void destroy_client(rd_kafka_t* client) {
  rd_kafka_destroy_flags(client, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
}

using ClientSettings = std::unique_ptr<rd_kafka_conf_t, Release<rd_kafka_conf_destroy>>;
using Client = std::unique_ptr<rd_kafka_t, Release<destroy_client>>;
using Queue = std::unique_ptr<rd_kafka_queue_t, Release<rd_kafka_queue_destroy>>;
using KafkaMessage = std::unique_ptr<rd_kafka_message_t, Release<rd_kafka_message_destroy>>;
using KafkaEvent = std::unique_ptr<rd_kafka_event_t, Release<rd_kafka_event_destroy>>;
using Partitions = std::unique_ptr<rd_kafka_topic_partition_list_t,
                                   Release<rd_kafka_topic_partition_list_destroy>>;

inline Partitions one_partition(const char* topic, std::int32_t partition, std::int64_t position) {
  Partitions list(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(list.get(), topic, partition)->offset = position;
  return list;
}

}  // namespace weir::kafka_source
