#pragma once

#include <librdkafka/rdkafka.h>

#include <string>

#include "settings.hpp"

namespace weir::kafka_source {

/// Decides where assigned partitions start: the one place that knows. Used by the source's thread.
///
/// A position that is known wins: today the group's committed offset; an engine that keeps
/// positions in a database would be asked here first. Where nothing is known, `start` decides.
class StartingPoints {
 public:
  StartingPoints(rd_kafka_t& client, std::string group, Start start)
      : client_(client), group_(std::move(group)), start_(start) {}

  /// Gives every partition of the list an absolute offset. Throws Retry while the brokers cannot
  /// say, and std::runtime_error where a position is needed and there is none.
  void fill(rd_kafka_topic_partition_list_t& partitions) const;

 private:
  std::int64_t without_position(const rd_kafka_topic_partition_t& partition) const;

  rd_kafka_t& client_;
  std::string group_;
  Start start_;
};

}  // namespace weir::kafka_source
