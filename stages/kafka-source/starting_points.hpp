#pragma once

#include <librdkafka/rdkafka.h>

#include <cstdint>
#include <optional>
#include <string>
#include <weir/stage.hpp>

#include "partition_range.hpp"
#include "settings.hpp"

namespace weir::kafka_source {

/// Where an assigned partition goes on.
struct Start {
  /// A message that was read before: read again, it shows whether positions still mean the same.
  struct Check {
    std::int64_t position = 0;
    std::uint64_t mark = 0;
  };

  std::int64_t position = 0;     ///< of the first message to read
  std::optional<Check> check{};  ///< of the one before it
  bool kept = false;             ///< a step of the pipeline keeps the lane's position
  bool fresh = false;            ///< nobody keeps this position yet
};

/// Decides where assigned partitions start: the one place that knows. Used by the source's thread.
///
/// What a step of the pipeline keeps wins, since it moves with the step's own work; then a wiped
/// store is noticed, and the group's committed offset does not count. Without such a step that
/// offset is the position. Where nothing is known, `start` decides.
class StartingPoints {
 public:
  StartingPoints(rd_kafka_t& client, const Settings& settings)
      : client_(client), settings_(settings) {}

  /// Throws Retry while the brokers cannot say, and std::runtime_error where a position is needed
  /// and there is none, or where it cannot mean any more what it did.
  Start of(const rd_kafka_topic_partition_t& partition, const std::optional<Claim>& claim) const;

 private:
  Start from_claim(const rd_kafka_topic_partition_t& partition, const Claim& claim) const;
  std::int64_t decided(const rd_kafka_topic_partition_t& partition) const;
  std::optional<std::int64_t> committed(const rd_kafka_topic_partition_t& partition) const;
  PartitionRange range(const rd_kafka_topic_partition_t& partition) const;

  rd_kafka_t& client_;
  const Settings& settings_;
};

}  // namespace weir::kafka_source
