#include "lane.hpp"

#include <algorithm>
#include <string_view>

namespace weir::kafka_source {
namespace {

// A slice's memory is released as a whole: a small one comes back sooner.
constexpr std::size_t slice_bytes = 1024 * 1024;
constexpr std::size_t slice_messages = 10'000;

weir_view bytes(const void* data, std::size_t size) {
  return {static_cast<const char*>(data), size};
}

}  // namespace

Lane::Lane(rd_kafka_t& client, std::uint64_t number, Place place, const std::string& cluster,
           const Host& host, const WakeUp& wake_up)
    : client_(client),
      number_(number),
      place_(std::move(place)),
      origin_(cluster + "/" + place_.topic + "/" + std::to_string(place_.partition)),
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
    errors.on_partition(error->err, rd_kafka_message_errstr(error.get()), origin_, place_.position);
  }
  const std::size_t room = emit.room(number_);
  if (room == 0) {
    const bool waiting = in_hand_ || rd_kafka_queue_length(queue_.get()) > 0;
    return waiting ? Reading::held_up : Reading::nothing;
  }
  if (!in_hand_) in_hand_ = fetch(std::min(room, slice_messages), errors);
  return in_hand_ ? hand_over(emit) : Reading::nothing;
}

std::unique_ptr<Lane::Slice> Lane::fetch(std::size_t room, ClientErrors& errors) {
  std::unique_ptr<Slice> slice;
  while (!slice || (slice->messages.size() < room && slice->bytes < slice_bytes)) {
    KafkaMessage message(rd_kafka_consume_queue(queue_.get(), 0));
    if (!message) break;
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      if (slice) {
        error_ = std::move(message);
        break;
      }
      errors.on_partition(message->err, rd_kafka_message_errstr(message.get()), origin_,
                          place_.position);
      continue;
    }
    // Fetched for an earlier assignment: its offset was read, or will be again.
    if (message->offset < (slice ? slice->commit_to : place_.position)) continue;
    if (!slice) slice = std::make_unique<Slice>();
    describe(*message, *slice);
    slice->kept.push_back(std::move(message));
  }
  if (!slice) return nullptr;
  const weir_header* headers = slice->headers.data();
  for (auto& message : slice->messages) {
    message.headers = message.header_count > 0 ? headers : nullptr;
    headers += message.header_count;
  }
  return slice;
}

void Lane::describe(rd_kafka_message_t& message, Slice& slice) {
  weir_message described{};
  described.key = bytes(message.key, message.key_len);
  described.value = bytes(message.payload, message.len);
  described.position = message.offset;
  rd_kafka_timestamp_type_t kind{};
  described.time_us = std::max<std::int64_t>(rd_kafka_message_timestamp(&message, &kind), 0) * 1000;

  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR) {
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    while (rd_kafka_header_get_all(headers, described.header_count, &name, &value, &size) ==
           RD_KAFKA_RESP_ERR_NO_ERROR) {
      slice.headers.push_back({view(name), bytes(value, size)});
      ++described.header_count;
    }
  }
  slice.messages.push_back(described);
  slice.commit_to = message.offset + 1;
  slice.bytes += message.key_len + message.len;
}

Reading Lane::hand_over(Emit& emit) {
  const auto count = static_cast<double>(in_hand_->messages.size());
  const auto size = static_cast<double>(in_hand_->bytes);
  const std::int64_t commit_to = in_hand_->commit_to;
  const weir::Slice slice{.lane = number_,
                          .origin = origin_,
                          .first = place_.position,
                          .commit_to = commit_to,
                          .messages = in_hand_->messages};
  // Refused: the engine is stopping. Should it go on after all, the slice is still in hand, and
  // nothing is left out.
  if (!emit.messages(slice, in_hand_)) return Reading::held_up;
  place_.position = commit_to;
  messages_.add(count);
  bytes_.add(size);
  return Reading::some;
}

void Lane::measure(std::int64_t committed) {
  position_.set(static_cast<double>(place_.position));
  if (committed >= 0) committed_.set(static_cast<double>(committed));
  std::int64_t oldest = 0;
  std::int64_t end = 0;
  const auto error = rd_kafka_get_watermark_offsets(&client_, place_.topic.c_str(),
                                                    place_.partition, &oldest, &end);
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR && end >= 0) {
    lag_.set(static_cast<double>(std::max<std::int64_t>(end - place_.position, 0)));
  }
}

}  // namespace weir::kafka_source
