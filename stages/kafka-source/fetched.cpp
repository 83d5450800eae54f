#include "fetched.hpp"

#include <algorithm>
#include <utility>

namespace weir::kafka_source {
namespace {

weir_view bytes_of(const void* data, std::size_t size) {
  return {static_cast<const char*>(data), size};
}

}  // namespace

weir_message described(const rd_kafka_message_t& message) {
  weir_message facts{};
  facts.key = bytes_of(message.key, message.key_len);
  facts.value = bytes_of(message.payload, message.len);
  facts.position = message.offset;
  rd_kafka_timestamp_type_t kind{};
  facts.time_us = std::max<std::int64_t>(rd_kafka_message_timestamp(&message, &kind), 0) * 1000;
  return facts;
}

void Fetched::add(KafkaMessage message) {
  weir_message facts = described(*message);
  rd_kafka_headers_t* all = nullptr;
  if (rd_kafka_message_headers(message.get(), &all) == RD_KAFKA_RESP_ERR_NO_ERROR) {
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    while (rd_kafka_header_get_all(all, facts.header_count, &name, &value, &size) ==
           RD_KAFKA_RESP_ERR_NO_ERROR) {
      headers.push_back({view(name), bytes_of(value, size)});
      ++facts.header_count;
    }
  }
  messages.push_back(facts);
  commit_to = message->offset + 1;
  bytes += message->key_len + message->len;
  kept.push_back(std::move(message));
}

void Fetched::close() {
  const weir_header* next = headers.data();
  for (auto& message : messages) {
    message.headers = message.header_count > 0 ? next : nullptr;
    next += message.header_count;
  }
}

}  // namespace weir::kafka_source
