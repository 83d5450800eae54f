#include "partition_range.hpp"

#include <string>

#include "ask_again.hpp"
#include "handles.hpp"

namespace weir::kafka_source {
namespace {

constexpr int broker_wait_ms = 1'500;

// Not rd_kafka_query_watermark_offsets(): it asks both ends at once, and where one answer is an
// error, librdkafka 2.0 may show the other one as both. A partition that is new to us would begin
// at its end then.
std::int64_t ask(rd_kafka_t& client, const char* topic, std::int32_t partition, std::int64_t end) {
  const Partitions list = one_partition(topic, partition, end);
  const auto& place = list->elems[0];
  auto error = rd_kafka_offsets_for_times(&client, list.get(), broker_wait_ms);
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) error = place.err;
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR || place.offset < 0) {
    ask_again(
        "the oldest and newest offset of " + std::string(topic) + "/" + std::to_string(partition),
        rd_kafka_err2str(error));
  }
  return place.offset;
}

}  // namespace

PartitionRange partition_range(rd_kafka_t& client, const char* topic, std::int32_t partition) {
  const std::int64_t oldest = ask(client, topic, partition, RD_KAFKA_OFFSET_BEGINNING);
  return {.oldest = oldest, .next = ask(client, topic, partition, RD_KAFKA_OFFSET_END)};
}

}  // namespace weir::kafka_source
