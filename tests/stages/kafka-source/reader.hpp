#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>
#include <weir/testing/bench.hpp>

#include "kafka_source.hpp"
#include "test_cluster.hpp"

namespace weir::kafka_source {

using kafka_tests::TestCluster;
using weir::testing::Emitted;
using weir::testing::EmittedSlice;
using weir::testing::Output;

/// For what has to come; a test goes on as soon as it does.
inline constexpr std::chrono::seconds patience{30};

// The mock cluster waits a session timeout for the members of a group that exists already.
inline constexpr const char* quick_rebalance =
    R"("properties":{"session.timeout.ms":4000,"heartbeat.interval.ms":200})";

inline std::string config(const TestCluster& cluster, const std::string& more = "") {
  return R"({"brokers":")" + cluster.brokers() + R"(","topic":"orders","group":"g",)" +
         quick_rebalance + more + "}";
}

/// A source on the bench, and all that it has emitted.
class Reader {
 public:
  explicit Reader(const std::string& with) : bench(with) { bench.start(); }

  weir::testing::Bench<KafkaSource> bench;
  std::map<std::string, std::vector<Output>> by_origin;  // without the cluster's id
  std::map<std::string, std::uint64_t> lane_of;
  std::map<std::uint64_t, std::int64_t> reached;
  std::vector<EmittedSlice> slices;
  std::string last_error;
  weir_status status = WEIR_OK;

  std::size_t count() const {
    std::size_t total = 0;
    for (const auto& [origin, messages] : by_origin) total += messages.size();
    return total;
  }

  void poll(std::chrono::milliseconds wait = std::chrono::milliseconds(50)) {
    Emitted emitted = bench.poll(wait);
    status = emitted.status;
    if (!emitted.ok()) last_error = emitted.error;
    for (auto& slice : emitted.slices) {
      const std::string name = slice.origin.substr(slice.origin.find('/') + 1);
      lane_of[name] = slice.lane;
      reached[slice.lane] = slice.commit_to;
      auto& known = by_origin[name];
      known.insert(known.end(), slice.messages.begin(), slice.messages.end());
      slices.push_back(std::move(slice));
    }
    bench.release_all();
  }

  /// Polls until the condition holds. False: it never did.
  template <class Condition>
  bool until(Condition holds) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (!holds()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      poll();
    }
    return true;
  }
  bool read(std::size_t messages) {
    return until([&] { return count() >= messages; });
  }
  void commit_all() {
    for (const auto& [lane, to] : reached) bench.commit(lane, to);
  }
};

inline std::vector<std::string> numbers(int count, int first = 0) {
  std::vector<std::string> all;
  for (int i = first; i < first + count; ++i) all.push_back(std::to_string(i));
  return all;
}

inline std::vector<std::string> values(const std::vector<Output>& messages) {
  std::vector<std::string> all;
  for (const auto& message : messages) all.push_back(message.value);
  return all;
}

/// Makes the topic with one partition whose 12 parts each fill the queue of `small_queue`. Gives
/// how many messages that are. Older versions of librdkafka see only once a second that a full
/// queue has room again.
inline std::size_t write_beyond_the_queue(TestCluster& cluster, const std::string& topic) {
  constexpr std::size_t parts = 12;
  cluster.create_topic(topic, 1);
  const std::vector<kafka_tests::Record> part(200, {.value = std::string(1000, 'x')});
  for (std::size_t i = 0; i < parts; ++i) cluster.write(topic, 0, part);
  return parts * part.size();
}

inline std::string small_queue(const TestCluster& cluster, const std::string& topic) {
  return R"({"brokers":")" + cluster.brokers() + R"(","topic":")" + topic +
         R"(","group":"g","queue":"64KiB","properties":{"fetch.message.max.bytes":200000}})";
}

}  // namespace weir::kafka_source
