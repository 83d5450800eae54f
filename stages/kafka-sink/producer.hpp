#pragma once

#include <librdkafka/rdkafka.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <weir/stage.hpp>

#include "producer_settings.hpp"

namespace weir::kafka_sink {

/// How far one message has come.
struct Delivery {
  enum class State : std::uint8_t { to_send, under_way, acknowledged, failed, refused };
  State state = State::to_send;
  rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR_NO_ERROR;  ///< of failed and refused
  bool alone = false;                                      ///< sent in a request of its own
};

/// An idempotent producer for one topic. [data].
class Producer {
 public:
  Producer(const ProducerSettings& settings, std::string topic, const Host& host);

  enum class Accepted { yes, queue_full, no };

  /// Copies the message into the producer's queue. `delivery` is written to until it is no longer
  /// under way, by serve() only, and must live until then or until forget().
  Accepted send(const Message& message, Delivery& delivery);

  /// Takes delivery reports, and waits for them at most that long. Queued messages are sent without
  /// lingering.
  void serve(std::chrono::milliseconds wait);
  /// Drops what is under way; afterwards nothing is.
  void forget();

  /// The text of an error after which this producer can do nothing more; empty where there is none.
  std::string fatal_error() const;
  /// What the brokers' connections last complained of; for texts.
  const std::string& complaint() const { return complaint_; }

 private:
  struct DestroyClient {
    void operator()(rd_kafka_t* client) const noexcept { rd_kafka_destroy(client); }
  };

  static void on_delivery(rd_kafka_t*, const rd_kafka_message_t* message, void*) noexcept;
  static void on_error(rd_kafka_t*, int error, const char* reason, void* self) noexcept;
  static void on_log(const rd_kafka_t* client, int level, const char* kind,
                     const char* line) noexcept;

  std::string topic_;
  Host host_;
  std::string complaint_;
  std::unique_ptr<rd_kafka_t, DestroyClient> client_;
};

}  // namespace weir::kafka_sink
