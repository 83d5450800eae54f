#pragma once

#include <librdkafka/rdkafka.h>

#include <chrono>
#include <string>
#include <string_view>
#include <weir/stage.hpp>

#include "quiet_log.hpp"
#include "settings.hpp"

namespace weir::kafka_source {

/// What the client's errors mean: log lines for what librdkafka mends by itself, Retry while the
/// source cannot work because of its surroundings, std::runtime_error for what a human must look
/// at. Used by the source's thread.
class ClientErrors {
 public:
  ClientErrors(const Settings& settings, QuietLog& log, Metric errors)
      : settings_(settings), log_(log), errors_(errors) {}

  /// An error of the client as a whole. Throws where the pipeline must stop.
  void on_client(rd_kafka_t& client, rd_kafka_resp_err_t error, std::string_view reason);
  /// An error of one partition. Throws where the pipeline must stop.
  void on_partition(rd_kafka_resp_err_t error, std::string_view reason, const std::string& origin,
                    std::int64_t position, bool kept);

  /// The source has its share of the partitions: what stood in the way is over, and later errors
  /// are for the log alone.
  void joined();
  /// It has no partitions yet, or gave them up.
  void waiting();
  /// Throws Retry when something stands in the way of partitions, and has for some seconds: the
  /// engine pauses ever longer after a Retry, and a broker that starts at the same time is soon
  /// there.
  void complain() const;

 private:
  const Settings& settings_;
  QuietLog& log_;
  Metric errors_;
  std::string unreachable_why_;
  std::string obstacle_;
  bool waiting_ = true;
  std::chrono::steady_clock::time_point since_ = std::chrono::steady_clock::now();
};

}  // namespace weir::kafka_source
