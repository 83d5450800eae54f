#include "kafka_sink.hpp"

#include <algorithm>

namespace weir::kafka_sink {
namespace {

using Clock = std::chrono::steady_clock;
using State = Delivery::State;

constexpr std::chrono::milliseconds step{20};  // how soon an interrupt is seen

std::string_view code_of(rd_kafka_resp_err_t error) {
  return error == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE ? "message-too-large" : "refused-by-broker";
}

}  // namespace

KafkaSink::KafkaSink(const Context& context)
    : host_(context.host),
      topic_(context.config.text("/topic")),
      settings_(ProducerSettings::from(context.config, context.host.pipeline())),
      patience_(std::chrono::ceil<std::chrono::milliseconds>(context.config.duration("/patience"))),
      written_(host_.counter("weir_kafka_written_total",
                             "Messages that the brokers have acknowledged.")),
      bytes_(host_.counter("weir_kafka_written_bytes_total", "Bytes of their keys and values.")),
      refused_(
          host_.counter("weir_kafka_refused_total", "Messages that the brokers will never take.")) {
  settings_.client_settings();  // a wrong property is refused before anything runs
}

KafkaSink::~KafkaSink() { forget(); }

void KafkaSink::process(const Batch& batch, Edit& edit) {
  if (batch.empty()) return;
  begin(batch);
  send(batch);
  send_one_by_one(batch);
  check_failures();
  finish(batch, edit);
}

void KafkaSink::begin(const Batch& batch) {
  deadline_ = Clock::now() + patience_;
  const Identity identity{batch.lane(), batch.first(), batch.commit_to(), batch.size()};
  if (current_ != identity) {
    forget();
    current_ = identity;
    deliveries_.assign(batch.size(), Delivery{});
  }
  if (producer_ && !producer_->fatal_error().empty()) {
    producer_->forget();
    producer_.reset();
  }
  for (auto& delivery : deliveries_) {
    if (delivery.state == State::failed) delivery = {};
  }
  if (!producer_) producer_ = std::make_unique<Producer>(settings_, topic_, host_);
}

void KafkaSink::send(const Batch& batch) {
  for (std::size_t i = 0; i < batch.size(); ++i) {
    auto& delivery = deliveries_[i];
    if (delivery.state != State::to_send) continue;
    while (producer_->send(batch[i], delivery) == Producer::Accepted::queue_full) {
      if (count(State::under_way) == 0) {  // not even alone does it fit into the client's queue
        delivery = {State::refused, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, true};
        break;
      }
      serve();
    }
  }
  wait_for_acknowledgements();
}

// A broker refuses a request as a whole: one message too large for the topic takes innocent ones
// with it, and many small ones can be too large together. So each refused message gets a request of
// its own before the verdict stands.
void KafkaSink::send_one_by_one(const Batch& batch) {
  for (std::size_t i = 0; i < batch.size(); ++i) {
    auto& delivery = deliveries_[i];
    if (delivery.state != State::refused || delivery.alone) continue;
    delivery = {.alone = true};
    producer_->send(batch[i], delivery);
    wait_for_acknowledgements();
  }
}

void KafkaSink::wait_for_acknowledgements() {
  while (count(State::under_way) > 0) serve();
}

// Takes acknowledgements for a moment; throws Retry when there is no use in waiting for more now.
void KafkaSink::serve() {
  producer_->serve(step);
  if (const std::string why = producer_->fatal_error(); !why.empty()) {
    throw Retry("kafka-sink's producer has failed: " + why + "; a new one takes over");
  }
  const std::size_t missing = count(State::under_way);
  if (missing == 0) return;
  if (interrupted_.exchange(false)) {
    throw Retry("kafka-sink was interrupted while it waited for the brokers");
  }
  if (Clock::now() < deadline_) return;
  const std::string& complaint = producer_->complaint();
  throw Retry("kafka-sink waits for " + settings_.brokers + " to acknowledge " +
              std::to_string(missing) + " of " + std::to_string(deliveries_.size()) +
              " messages of topic " + topic_ + (complaint.empty() ? "" : " (" + complaint + ")") +
              "; see whether the brokers are well");
}

void KafkaSink::check_failures() const {
  const auto failed = std::ranges::find(deliveries_, State::failed, &Delivery::state);
  if (failed == deliveries_.end()) return;
  throw Retry("kafka-sink could not write " + std::to_string(count(State::failed)) + " of " +
              std::to_string(deliveries_.size()) + " messages to topic " + topic_ + ": " +
              rd_kafka_err2str(failed->error) +
              "; see that the topic exists and this user may write to it");
}

void KafkaSink::finish(const Batch& batch, Edit& edit) {
  std::size_t refused = 0;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const auto& delivery = deliveries_[i];
    if (delivery.state == State::refused) {
      edit.reject(i, code_of(delivery.error),
                  "topic " + topic_ + " does not take it: " + rd_kafka_err2str(delivery.error));
      ++refused;
    } else {
      bytes += batch[i].key().size() + batch[i].value().size();
    }
  }
  written_.add(static_cast<double>(batch.size() - refused));
  bytes_.add(static_cast<double>(bytes));
  refused_.add(static_cast<double>(refused));
  current_.reset();
  deliveries_.clear();
}

std::size_t KafkaSink::count(State state) const {
  return static_cast<std::size_t>(std::ranges::count(deliveries_, state, &Delivery::state));
}

// The batch before was given up by the engine: what is under way of it must not write to deliveries
// of the next.
void KafkaSink::forget() {
  if (producer_ && count(State::under_way) > 0) producer_->forget();
}

}  // namespace weir::kafka_sink
