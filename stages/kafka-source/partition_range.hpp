#pragma once

#include <librdkafka/rdkafka.h>

#include <cstdint>

namespace weir::kafka_source {

/// What a partition holds now: positions from `oldest` up to but not `next`.
struct PartitionRange {
  std::int64_t oldest = 0, next = 0;
};

/// Asks the brokers, for at most 3 s. Throws Retry while they cannot say.
PartitionRange partition_range(rd_kafka_t& client, const char* topic, std::int32_t partition);

}  // namespace weir::kafka_source
