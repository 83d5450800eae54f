#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <weir/stage.hpp>

#include "handles.hpp"
#include "quiet_log.hpp"

namespace weir::kafka_source {

/// Writes settled positions to the brokers: what gathers within 200 ms goes out as one request, one
/// request at a time, and what fails goes out again with the next. Used by the source's thread.
class OffsetCommits {
 public:
  using Clock = std::chrono::steady_clock;

  OffsetCommits(rd_kafka_t& client, QuietLog& log, Metric errors);

  /// From now on positions of this lane are taken; the lane is gone with `remove`.
  void add(std::uint64_t lane, std::string topic, std::int32_t partition);
  void remove(std::uint64_t lane) { places_.erase(lane); }

  /// A lane that is not known (it was given up) is ignored: another member owns its partition.
  void want(std::uint64_t lane, std::int64_t position);

  /// Takes answers, and sends what is due. Never blocks.
  void serve();
  /// The last position that has settled; -1 where there is none.
  std::int64_t wanted(std::uint64_t lane) const;
  /// When serve() has something to send next.
  std::optional<Clock::time_point> due() const;

  /// Sends everything and waits for the answer. False: it could not be written in that time.
  bool flush(std::chrono::milliseconds wait);

 private:
  struct Place {
    std::string topic;
    std::int32_t partition = 0;
    std::int64_t wanted = -1;
    std::int64_t written = -1;
  };

  bool pending() const;
  void send();
  void take_answer(std::chrono::milliseconds wait);
  void note_written(const rd_kafka_topic_partition_t& done);
  void failed(rd_kafka_resp_err_t error);

  rd_kafka_t& client_;
  QuietLog& log_;
  Metric errors_;
  Queue answers_;
  std::map<std::uint64_t, Place> places_;
  bool under_way_ = false;
  rd_kafka_resp_err_t last_error_ = RD_KAFKA_RESP_ERR_NO_ERROR;  // of the last request
  Clock::time_point next_send_{};
};

}  // namespace weir::kafka_source
