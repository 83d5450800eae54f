#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>
#include <weir/stage.hpp>

#include "client_errors.hpp"
#include "fetch_reminder.hpp"
#include "handles.hpp"
#include "kafka-source.schema.hpp"
#include "lane.hpp"
#include "offset_commits.hpp"
#include "quiet_log.hpp"
#include "second_reader.hpp"
#include "settings.hpp"
#include "wake_up.hpp"

namespace weir::kafka_source {

/// Reads topics as a member of a consumer group; each assigned partition is a lane.
///
/// Everything runs inside poll(): librdkafka's callbacks only note what has happened, and poll()
/// does the work, so that no exception meets a C frame. Only start() and stop() are [control].
class KafkaSource {
 public:
  static constexpr Info info{.id = "kafka-source",
                             .summary = "Reads Kafka topics as a member of a consumer group.",
                             .schema = schemas::kafka_source};

  explicit KafkaSource(const Context& context);

  void start();
  void stop();
  Poll poll(Emit& emit, std::chrono::milliseconds wait);
  void commit(std::uint64_t lane, std::int64_t position);
  void lost(std::uint64_t lane, std::string_view origin);
  void lanes(VisitExtent visit) { second_reader_.lanes(visit); }
  std::int64_t reread(std::string_view origin, std::int64_t from, std::int64_t to,
                      VisitMessages visit) {
    return second_reader_.read(origin, from, to, visit);
  }

 private:
  using Clock = std::chrono::steady_clock;

  /// Noted by the rebalance callback; librdkafka then waits for the source's answer.
  struct Rebalance {
    bool assigned = false;
    Partitions partitions;
    int taken_on = 0;  // of an assignment's partitions; the rest waits for something
  };

  static void on_rebalance(rd_kafka_t* client, rd_kafka_resp_err_t what,
                           rd_kafka_topic_partition_list_t* partitions, void* self) noexcept;
  static void on_error(rd_kafka_t* client, int error, const char* reason, void* self) noexcept;
  static void on_log(const rd_kafka_t* client, int level, const char* kind,
                     const char* line) noexcept;

  void subscribe();
  void serve_events();
  void answer_rebalance();
  void take_on(Rebalance& assignment);
  void take_on_one(rd_kafka_topic_partition_t& partition, const std::string& cluster);
  void rejoin_when_due();
  void give_up();
  void answer(const rd_kafka_topic_partition_list_t* partitions);
  std::string cluster() const;
  Reading read_lanes(Emit& emit);
  void remind();
  void measure();
  std::chrono::milliseconds pause_until(Clock::time_point deadline) const;
  void close();

  Host host_;
  Settings settings_;
  std::string client_id_;
  SecondReader second_reader_;
  QuietLog log_;
  Metric rebalances_, errors_, assigned_;
  ClientErrors client_errors_;
  std::exception_ptr thrown_;  // by a callback, for poll() to pass on

  // In this order: the reminder, lanes and commits go before the client, the client before the
  // eventfd that it writes to.
  WakeUp wake_up_;
  Client client_;
  std::unique_ptr<OffsetCommits> commits_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  std::unique_ptr<FetchReminder> reminder_;  // null: the library needs none

  std::optional<Rebalance> rebalance_;
  std::optional<Clock::time_point> rejoin_at_;  // after a lane was fenced
  bool closing_ = false;
  std::uint64_t next_lane_ = 1;  // never goes back, not even over a stop and a start
  // Where the next round begins, so that no lane is always served last.
  std::size_t first_lane_ = 0;
  Clock::time_point next_measure_{};
  bool has_read_ = false;  // since the last reminder
  Clock::time_point next_reminder_{};
};

}  // namespace weir::kafka_source
