#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>
#include <weir/stage.hpp>

#include "kafka-sink.schema.hpp"
#include "producer.hpp"
#include "producer_settings.hpp"

namespace weir::kafka_sink {

/// Writes a batch's messages to a topic, and returns when the brokers have acknowledged all of
/// them.
///
/// A batch that comes again after a Retry goes on where it was: what is acknowledged is not sent
/// again, and what is under way is waited for.
class KafkaSink {
 public:
  static constexpr Info info{
      .id = "kafka-sink",
      .summary = "Writes messages to a Kafka topic, and waits for the brokers' acknowledgement.",
      .schema = schemas::kafka_sink};

  explicit KafkaSink(const Context& context);
  ~KafkaSink();

  void process(const Batch& batch, Edit& edit);
  void interrupt() { interrupted_ = true; }

 private:
  /// Tells a batch that is tried again from a new one.
  struct Identity {
    std::uint64_t lane = 0;
    std::int64_t first = 0;
    std::int64_t commit_to = 0;
    std::size_t size = 0;
    bool operator==(const Identity&) const = default;
  };

  void begin(const Batch& batch);
  void send(const Batch& batch);
  void send_one_by_one(const Batch& batch);
  void wait_for_acknowledgements();
  void serve();
  void check_failures() const;
  void finish(const Batch& batch, Edit& edit);
  std::size_t count(Delivery::State state) const;
  void forget();

  Host host_;
  std::string topic_;
  ProducerSettings settings_;
  std::chrono::milliseconds patience_;
  Metric written_, bytes_, refused_;
  std::atomic<bool> interrupted_ = false;

  std::chrono::steady_clock::time_point deadline_{};  // of the call to process()
  std::optional<Identity> current_;
  std::vector<Delivery> deliveries_;    // of the current batch, by index
  std::unique_ptr<Producer> producer_;  // after deliveries_: it writes to them until it is gone
};

}  // namespace weir::kafka_sink
