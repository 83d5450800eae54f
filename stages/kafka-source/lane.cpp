#include "lane.hpp"

#include <algorithm>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace weir::kafka_source {
namespace {

// A slice's memory is released as a whole: a small one comes back sooner.
constexpr std::size_t slice_bytes = 1024 * 1024;
constexpr std::size_t slice_messages = 10'000;

}  // namespace

Lane::Lane(rd_kafka_t& client, std::uint64_t number, Place place, std::string origin,
           const Start& start, const Host& host, const WakeUp& wake_up)
    : client_(client),
      number_(number),
      place_(std::move(place)),
      origin_(std::move(origin)),
      start_(start),
      next_(start.position),
      host_(host),
      queue_(rd_kafka_queue_get_partition(&client, place_.topic.c_str(), place_.partition)) {
  if (!queue_) {
    throw std::runtime_error("kafka-source gets no queue for " + origin_ +
                             "; this is a fault of the stage, report it");
  }
  rd_kafka_queue_forward(queue_.get(), nullptr);
  wake_up.watch(*queue_);

  const std::string partition = std::to_string(place_.partition);
  const Labels labels{{"topic", place_.topic}, {"partition", partition}};
  messages_ = host.counter("weir_kafka_messages_total", "Messages read.", labels);
  bytes_ = host.counter("weir_kafka_bytes_total", "Bytes of keys and values read.", labels);
  position_ = host.gauge("weir_kafka_position", "Offset of the next message to read.", labels);
  committed_ =
      host.gauge("weir_kafka_committed", "Offset up to which all messages have settled.", labels);
  lag_ = host.gauge("weir_kafka_lag_messages",
                    "Messages between the position and the partition's end.", labels);
}

Lane::~Lane() {
  WakeUp::forget(*queue_);
  position_.drop();
  committed_.drop();
  lag_.drop();
}

Reading Lane::read(Emit& emit, ClientErrors& errors) {
  if (error_) {
    const KafkaMessage error = std::move(error_);
    errors.on_partition(error->err, rd_kafka_message_errstr(error.get()), origin_, next_,
                        start_.kept);
  }
  const std::size_t room = emit.room(number_);
  if (room == 0) {
    const bool waiting = in_hand_ || rd_kafka_queue_length(queue_.get()) > 0;
    return waiting ? Reading::held_up : Reading::nothing;
  }
  if (start_.fresh) return announce(emit);
  if (!in_hand_) in_hand_ = fetch(std::min(room, slice_messages), errors);
  return in_hand_ ? hand_over(emit) : Reading::nothing;
}

std::unique_ptr<Fetched> Lane::fetch(std::size_t room, ClientErrors& errors) {
  std::unique_ptr<Fetched> slice;
  while (!slice || (slice->messages.size() < room && slice->bytes < slice_bytes)) {
    KafkaMessage message(rd_kafka_consume_queue(queue_.get(), 0));
    if (!message) break;
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      if (slice) {
        error_ = std::move(message);
        break;
      }
      errors.on_partition(message->err, rd_kafka_message_errstr(message.get()), origin_, next_,
                          start_.kept);
      continue;
    }
    if (start_.check && is_the_one_before(*message)) continue;
    // Fetched for an earlier assignment: its offset was read, or will be again.
    if (message->offset < (slice ? slice->commit_to : next_)) continue;
    if (!slice) slice = std::make_unique<Fetched>();
    slice->add(std::move(message));
  }
  if (!slice) return nullptr;
  slice->close();
  return slice;
}

/// An emission without messages, so that a start that `start` has decided is kept: decided again
/// after a crash, it might be another one.
Reading Lane::announce(Emit& emit) {
  auto nothing = std::make_unique<Fetched>();
  const weir::Slice slice{
      .lane = number_, .origin = origin_, .first = next_, .commit_to = next_, .messages = {}};
  if (!emit.messages(slice, nothing)) return Reading::held_up;
  start_.fresh = false;
  return Reading::some;
}

/// Whether this is the message before the position, or one before that; then it was read already.
bool Lane::is_the_one_before(const rd_kafka_message_t& message) {
  if (message.offset < start_.check->position) return true;
  const auto check = *std::exchange(start_.check, std::nullopt);
  if (message.offset == check.position) {
    if (host_.mark(described(message)) != check.mark)
      refuse_other_messages("holds another message than the one that was read there");
    return true;
  }
  if (message.offset < next_) refuse_other_messages("is not followed by what was read");
  host_.warn(origin_ + ": the message at position " + std::to_string(check.position) +
             ", the last one before " + std::to_string(next_) +
             ", is gone, which compaction may do; it cannot be seen whether the topic was made "
             "anew");
  return false;
}

void Lane::refuse_other_messages(const std::string& why) const {
  throw std::runtime_error(origin_ + " is to go on at position " + std::to_string(next_) +
                           ", and the position before it " + why +
                           ": the topic was made anew. Nothing is skipped or mixed silently: " +
                           advice_for_kept_position);
}

Reading Lane::hand_over(Emit& emit) {
  const auto count = static_cast<double>(in_hand_->messages.size());
  const auto size = static_cast<double>(in_hand_->bytes);
  const std::int64_t commit_to = in_hand_->commit_to;
  const weir::Slice slice{.lane = number_,
                          .origin = origin_,
                          .first = next_,
                          .commit_to = commit_to,
                          .messages = in_hand_->messages};
  // Refused: the engine is stopping. Should it go on after all, the slice is still in hand, and
  // nothing is left out.
  if (!emit.messages(slice, in_hand_)) return Reading::held_up;
  next_ = commit_to;
  messages_.add(count);
  bytes_.add(size);
  return Reading::some;
}

void Lane::add_if_unread(rd_kafka_topic_partition_list_t& partitions) const {
  const auto here = static_cast<std::int64_t>(rd_kafka_queue_length(queue_.get()));
  const std::int64_t next = in_hand_ ? in_hand_->commit_to : next_;
  if (known_end() - next <= here) return;
  rd_kafka_topic_partition_list_add(&partitions, place_.topic.c_str(), place_.partition)->offset =
      RD_KAFKA_OFFSET_END;
}

/// The partition's end when it was last fetched; negative: not known.
std::int64_t Lane::known_end() const {
  std::int64_t oldest = 0;
  std::int64_t end = -1;
  const auto error = rd_kafka_get_watermark_offsets(&client_, place_.topic.c_str(),
                                                    place_.partition, &oldest, &end);
  return error == RD_KAFKA_RESP_ERR_NO_ERROR ? end : -1;
}

void Lane::measure(std::int64_t committed) {
  position_.set(static_cast<double>(next_));
  if (committed >= 0) committed_.set(static_cast<double>(committed));
  const std::int64_t end = known_end();
  if (end >= 0) lag_.set(static_cast<double>(std::max<std::int64_t>(end - next_, 0)));
}

}  // namespace weir::kafka_source
