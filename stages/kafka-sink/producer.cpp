#include "producer.hpp"

#include <array>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace weir::kafka_sink {
namespace {

struct FreeHeaders {
  void operator()(rd_kafka_headers_t* headers) const noexcept { rd_kafka_headers_destroy(headers); }
};
using Headers = std::unique_ptr<rd_kafka_headers_t, FreeHeaders>;

Headers copy_headers(const Message& message) {
  Headers headers(rd_kafka_headers_new(message.headers().size()));
  for (const auto& header : message.headers()) {
    rd_kafka_header_add(headers.get(), header.name.data, static_cast<ssize_t>(header.name.size),
                        header.value.data, static_cast<ssize_t>(header.value.size));
  }
  return headers;
}

// The library takes bytes that it copies as void*.
rd_kafka_vu_t memory(rd_kafka_vtype_t kind, weir_view bytes) {
  rd_kafka_vu_t argument{};
  argument.vtype = kind;
  argument.u.mem.ptr = const_cast<char*>(bytes.data);
  argument.u.mem.size = bytes.size;
  return argument;
}

bool too_large(rd_kafka_resp_err_t error) { return error == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE; }

// Refused for what the message is, not for where it goes.
bool refused(rd_kafka_resp_err_t error) {
  return too_large(error) || error == RD_KAFKA_RESP_ERR_INVALID_RECORD ||
         error == RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP;
}

void settle(Delivery& delivery, rd_kafka_resp_err_t error) {
  delivery.error = error;
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
    delivery.state = Delivery::State::acknowledged;
  } else {
    delivery.state = refused(error) ? Delivery::State::refused : Delivery::State::failed;
  }
}

}  // namespace

Producer::Producer(const ProducerSettings& settings, std::string topic, const Host& host)
    : topic_(std::move(topic)), host_(host) {
  ClientSettings conf = settings.client_settings();
  rd_kafka_conf_set_opaque(conf.get(), this);
  rd_kafka_conf_set_dr_msg_cb(conf.get(), &on_delivery);
  rd_kafka_conf_set_error_cb(conf.get(), &on_error);
  rd_kafka_conf_set_log_cb(conf.get(), &on_log);
  std::array<char, 512> why{};
  client_.reset(rd_kafka_new(RD_KAFKA_PRODUCER, conf.get(), why.data(), why.size()));
  if (!client_) {
    throw std::runtime_error(std::string("kafka-sink cannot make its client: ") + why.data() +
                             "; correct `properties`");
  }
  static_cast<void>(conf.release());  // the client's now
}

Producer::Accepted Producer::send(const Message& message, Delivery& delivery) {
  Headers headers = message.headers().empty() ? nullptr : copy_headers(message);
  std::vector<rd_kafka_vu_t> arguments;
  arguments.reserve(7);
  const auto add = [&](rd_kafka_vtype_t kind) -> auto& {
    auto& argument = arguments.emplace_back();
    argument.vtype = kind;
    return argument.u;
  };
  add(RD_KAFKA_VTYPE_TOPIC).cstr = topic_.c_str();
  add(RD_KAFKA_VTYPE_MSGFLAGS).i =
      RD_KAFKA_MSG_F_COPY;  // a batch that is retried need not have the same memory
  add(RD_KAFKA_VTYPE_OPAQUE).ptr = &delivery;
  if (message.time_us() > 0) add(RD_KAFKA_VTYPE_TIMESTAMP).i64 = message.time_us() / 1000;
  arguments.push_back(memory(RD_KAFKA_VTYPE_KEY, message.raw().key));
  arguments.push_back(memory(RD_KAFKA_VTYPE_VALUE, message.raw().value));
  if (headers) add(RD_KAFKA_VTYPE_HEADERS).headers = headers.get();

  delivery.state = Delivery::State::under_way;
  rd_kafka_error_t* error = rd_kafka_produceva(client_.get(), arguments.data(), arguments.size());
  if (error == nullptr) {
    static_cast<void>(headers.release());  // the message's now
    return Accepted::yes;
  }
  const auto code = rd_kafka_error_code(error);
  rd_kafka_error_destroy(error);
  delivery.state = Delivery::State::to_send;
  if (code == RD_KAFKA_RESP_ERR__QUEUE_FULL) return Accepted::queue_full;
  settle(delivery, code);
  return Accepted::no;
}

void Producer::serve(std::chrono::milliseconds wait) {
  rd_kafka_flush(client_.get(), static_cast<int>(wait.count()));
}

void Producer::forget() {
  rd_kafka_purge(client_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  while (rd_kafka_outq_len(client_.get()) > 0) rd_kafka_poll(client_.get(), 10);
}

std::string Producer::fatal_error() const {
  std::array<char, 512> why{};
  if (rd_kafka_fatal_error(client_.get(), why.data(), why.size()) == RD_KAFKA_RESP_ERR_NO_ERROR)
    return {};
  return why.data();
}

void Producer::on_delivery(rd_kafka_t*, const rd_kafka_message_t* message, void*) noexcept {
  settle(*static_cast<Delivery*>(message->_private), message->err);
}

void Producer::on_error(rd_kafka_t*, int, const char* reason, void* self) noexcept {
  static_cast<Producer*>(self)->complaint_ = reason;
}

// From librdkafka's own threads. What matters reaches the engine as the text of a Retry.
void Producer::on_log(const rd_kafka_t* client, int, const char* kind, const char* line) noexcept {
  const auto* self = static_cast<const Producer*>(rd_kafka_opaque(client));
  self->host_.debug(std::string(kind) + ": " + line);
}

}  // namespace weir::kafka_sink
