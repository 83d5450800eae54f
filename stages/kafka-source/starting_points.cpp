#include "starting_points.hpp"

#include "ask_again.hpp"
#include "handles.hpp"

namespace weir::kafka_source {
namespace {

constexpr int broker_wait_ms = 2'000;

std::string name_of(const rd_kafka_topic_partition_t& partition) {
  return std::string(partition.topic) + "/" + std::to_string(partition.partition);
}

}  // namespace

Start StartingPoints::of(const rd_kafka_topic_partition_t& partition,
                         const std::optional<Claim>& claim) const {
  if (claim && claim->next >= 0) return from_claim(partition, *claim);
  if (claim) return {.position = decided(partition), .kept = true, .fresh = true};
  if (const auto position = committed(partition)) return {.position = *position};
  return {.position = decided(partition)};
}

Start StartingPoints::from_claim(const rd_kafka_topic_partition_t& partition,
                                 const Claim& claim) const {
  const PartitionRange there = range(partition);
  if (claim.next < there.oldest || claim.next > there.next) {
    throw std::runtime_error(
        name_of(partition) + " holds positions " + std::to_string(there.oldest) + " to " +
        std::to_string(there.next) + " and the pipeline is to go on at " +
        std::to_string(claim.next) + ": " +
        (claim.next < there.oldest ? "messages were deleted before they were read"
                                   : "the topic was made anew, or has lost messages") +
        ". Nothing is skipped silently: " + advice_for_kept_position);
  }
  Start start{.position = claim.next, .kept = true};
  // Retention may take what was read long ago; nothing is missing by that.
  if (claim.last >= there.oldest) start.check = Start::Check{claim.last, claim.mark};
  return start;
}

/// By `start`, where nothing is known.
std::int64_t StartingPoints::decided(const rd_kafka_topic_partition_t& partition) const {
  switch (settings_.start) {
    case From::earliest:
      return range(partition).oldest;
    case From::latest:
      return range(partition).next;
    case From::committed:
      if (const auto position = committed(partition)) return *position;
      break;
    case From::error:
      break;
  }
  throw std::runtime_error("no position is known of " + name_of(partition) + " for group \"" +
                           settings_.group + "\", and `start` is " +
                           (settings_.start == From::committed ? "committed" : "error") +
                           "; set the group's offset with Kafka's tools and choose `start: "
                           "committed`, or choose `start: earliest` or `start: latest`");
}

std::optional<std::int64_t> StartingPoints::committed(
    const rd_kafka_topic_partition_t& partition) const {
  const std::string question = "the committed offset of group \"" + settings_.group + "\"";
  const Partitions list =
      one_partition(partition.topic, partition.partition, RD_KAFKA_OFFSET_INVALID);
  const auto error = rd_kafka_committed(&client_, list.get(), broker_wait_ms);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) ask_again(question, rd_kafka_err2str(error));
  const auto& answer = list->elems[0];
  if (answer.err != RD_KAFKA_RESP_ERR_NO_ERROR) ask_again(question, rd_kafka_err2str(answer.err));
  if (answer.offset < 0) return std::nullopt;
  return answer.offset;
}

PartitionRange StartingPoints::range(const rd_kafka_topic_partition_t& partition) const {
  return partition_range(client_, partition.topic, partition.partition);
}

}  // namespace weir::kafka_source
