#pragma once

#include <librdkafka/rdkafka.h>

#include <cstddef>
#include <cstdint>
#include <vector>
#include <weir/stage.hpp>

#include "handles.hpp"

namespace weir::kafka_source {

/// What the engine sees of a message, but for its headers.
weir_message described(const rd_kafka_message_t& message);

/// Messages in librdkafka's memory, and descriptors that point into it. One thread.
struct Fetched {
  std::vector<KafkaMessage> kept;
  std::vector<weir_header> headers;
  std::vector<weir_message> messages;
  std::int64_t commit_to = 0;
  std::size_t bytes = 0;

  void add(KafkaMessage message);
  /// Lets the messages point at their headers, once no more come.
  void close();
};

}  // namespace weir::kafka_source
