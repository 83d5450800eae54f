#include "kafka_source.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>
#include <map>
#include <set>
#include <thread>
#include <weir/testing/bench.hpp>

#include "test_cluster.hpp"

namespace weir::kafka_source {
namespace {

using namespace std::chrono_literals;
using kafka_tests::Record;
using kafka_tests::TestCluster;
using ::testing::Contains;
using ::testing::HasSubstr;
using weir::testing::Emitted;
using weir::testing::EmittedSlice;
using weir::testing::Output;

constexpr auto patience = 30s;  // for what has to come; tests go on as soon as it does

// The mock cluster waits a session timeout for the members of a group that exists already.
constexpr const char* quick_rebalance =
    R"("properties":{"session.timeout.ms":4000,"heartbeat.interval.ms":200})";

std::string config(const TestCluster& cluster, const std::string& more = "") {
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

  void poll(std::chrono::milliseconds wait = 50ms) {
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

std::vector<std::string> numbers(int count, int first = 0) {
  std::vector<std::string> all;
  for (int i = first; i < first + count; ++i) all.push_back(std::to_string(i));
  return all;
}

std::vector<std::string> values(const std::vector<Output>& messages) {
  std::vector<std::string> all;
  for (const auto& message : messages) all.push_back(message.value);
  return all;
}

// ---- reading
// ------------------------------------------------------------------------------------------------------------

TEST(KafkaSource, ReadsEveryPartitionInOrder) {
  TestCluster cluster;
  cluster.create_topic("orders", 3);
  for (int partition = 0; partition < 3; ++partition)
    cluster.write_numbers("orders", partition, 1000);
  Reader reader(config(cluster));
  ASSERT_TRUE(reader.read(3000));
  for (const char* origin : {"orders/0", "orders/1", "orders/2"}) {
    EXPECT_EQ(values(reader.by_origin[origin]), numbers(1000)) << origin;
    EXPECT_EQ(reader.by_origin[origin].front().position, 0);
  }
  EXPECT_EQ(std::set<std::uint64_t>({reader.lane_of["orders/0"], reader.lane_of["orders/1"],
                                     reader.lane_of["orders/2"]})
                .size(),
            3U);
}

TEST(KafkaSource, ReadsSeveralTopics) {
  TestCluster cluster;
  cluster.create_topic("a", 1);
  cluster.create_topic("b", 1);
  cluster.write_numbers("a", 0, 2);
  cluster.write_numbers("b", 0, 3);
  Reader reader(R"({"brokers":")" + cluster.brokers() + R"(","topics":["a","b"],"group":"g"})");
  ASSERT_TRUE(reader.read(5));
  EXPECT_EQ(reader.by_origin["a/0"].size(), 2U);
  EXPECT_EQ(reader.by_origin["b/0"].size(), 3U);
}

TEST(KafkaSource, KeepsKeysHeadersTimesAndTombstones) {
  TestCluster cluster;
  cluster.create_topic("orders", 1);
  cluster.write("orders", 0,
                {{.value = "v",
                  .key = "k",
                  .headers = {{"one", "1"}, {"two", ""}, {"one", "3"}},
                  .time_ms = 1'700'000'000'123},
                 {.value = std::nullopt, .key = "gone"},
                 {.value = "", .key = ""},
                 {.value = std::string("\0\xff", 2), .headers = {{"last", "x"}}}});
  Reader reader(config(cluster));
  ASSERT_TRUE(reader.read(4));
  const auto& messages = reader.by_origin["orders/0"];
  EXPECT_EQ(messages[0].key, "k");
  EXPECT_EQ(messages[0].time_us, 1'700'000'000'123'000);
  EXPECT_THAT(messages[0].headers,
              ::testing::ElementsAre(std::pair<std::string, std::string>("one", "1"),
                                     std::pair<std::string, std::string>("two", ""),
                                     std::pair<std::string, std::string>("one", "3")));
  EXPECT_TRUE(messages[1].tombstone);
  EXPECT_EQ(messages[1].key, "gone");
  EXPECT_FALSE(messages[2].tombstone);
  EXPECT_EQ(messages[2].value, "");
  EXPECT_EQ(messages[2].key, "");
  EXPECT_TRUE(messages[2].headers.empty());
  EXPECT_EQ(messages[3].value, std::string("\0\xff", 2));
  EXPECT_EQ(messages[3].key, std::nullopt);
  ASSERT_EQ(messages[3].headers.size(), 1U);
  EXPECT_EQ(messages[3].headers[0].first, "last");
}

TEST(KafkaSource, ALaneWithoutRoomHoldsNoOtherBack) {
  TestCluster cluster;
  cluster.create_topic("orders", 2);
  cluster.write_numbers("orders", 0, 1);
  cluster.write_numbers("orders", 1, 1);
  Reader reader(config(cluster));
  ASSERT_TRUE(reader.read(2));
  const auto full = reader.lane_of["orders/0"];
  reader.bench.set_room(full, 0);
  cluster.write_numbers("orders", 0, 100, 1);
  cluster.write_numbers("orders", 1, 100, 1);
  ASSERT_TRUE(reader.until([&] { return reader.by_origin["orders/1"].size() == 101; }));
  EXPECT_EQ(reader.by_origin["orders/0"].size(), 1U);

  reader.bench.set_room(full, 7);
  ASSERT_TRUE(reader.until([&] { return reader.by_origin["orders/0"].size() == 8; }));
  reader.poll();
  EXPECT_EQ(reader.by_origin["orders/0"].size(), 8U) << "no more than there was room for";
  reader.bench.set_room(full, 1000);
  ASSERT_TRUE(reader.read(202));
  EXPECT_EQ(values(reader.by_origin["orders/0"]), numbers(101));
}

TEST(KafkaSource, AnIdlePollReturnsWhenAMessageComesAndUsesNoProcessorUntilThen) {
  TestCluster cluster;
  cluster.create_topic("orders", 4);
  cluster.write_numbers("orders", 0, 1);
  Reader reader(config(cluster));
  ASSERT_TRUE(reader.read(1));

  timespec before{}, after{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &before);
  reader.poll(500ms);
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &after);
  const auto used =
      (after.tv_sec - before.tv_sec) * 1000 + (after.tv_nsec - before.tv_nsec) / 1'000'000;
  EXPECT_LT(used, 100) << "ms of processor time in 500 ms of waiting";

  std::jthread writer([&] { cluster.write_numbers("orders", 3, 1, 1); });
  const auto start = std::chrono::steady_clock::now();
  while (reader.count() < 2 && std::chrono::steady_clock::now() < start + patience)
    reader.poll(30s);
  EXPECT_LT(std::chrono::steady_clock::now() - start, 20s);
}

TEST(KafkaSource, LosesNothingThatTheEngineDidNotTake) {
  TestCluster cluster;
  cluster.create_topic("orders", 1);
  cluster.write_numbers("orders", 0, 10);
  Reader reader(config(cluster));
  reader.bench.set_stopping(true);
  ASSERT_TRUE(reader.until([&] {
    return reader.bench.has_metric("weir_kafka_position",
                                   {{"topic", "orders"}, {"partition", "0"}});
  }));
  for (int i = 0; i < 20; ++i) reader.poll();
  reader.bench.set_stopping(false);
  ASSERT_TRUE(reader.read(10));
  EXPECT_EQ(values(reader.by_origin["orders/0"]), numbers(10));
}

// ---- positions
// ----------------------------------------------------------------------------------------------------------

TEST(KafkaSource, GoesOnWhereTheLastCommitWas) {
  TestCluster cluster;
  cluster.create_topic("orders", 1);
  cluster.write_numbers("orders", 0, 100);
  {
    Reader reader(config(cluster));
    ASSERT_TRUE(reader.read(100));
    reader.bench.commit(reader.lane_of["orders/0"], 40);
    reader.bench.stop();
  }
  EXPECT_EQ(cluster.committed("g", "orders", 0), 40);
  Reader reader(config(cluster));
  ASSERT_TRUE(reader.read(60));
  EXPECT_EQ(values(reader.by_origin["orders/0"]), numbers(60, 40));
  EXPECT_EQ(reader.slices.front().first, 40);
}

TEST(KafkaSource, CommitsWhileItRuns) {
  TestCluster cluster;
  cluster.create_topic("orders", 1);
  cluster.write_numbers("orders", 0, 10);
  Reader reader(config(cluster));
  ASSERT_TRUE(reader.read(10));
  reader.commit_all();
  EXPECT_TRUE(reader.until([&] { return cluster.committed("g", "orders", 0) == 10; }));
}

TEST(KafkaSource, CommitsAgainWhatTheBrokersDidNotTake) {
  TestCluster cluster;
  cluster.create_topic("orders", 1);
  cluster.write_numbers("orders", 0, 10);
  Reader reader(config(cluster));
  ASSERT_TRUE(reader.read(10));
  ASSERT_TRUE(reader.until([&] { return cluster.committed("g", "orders", 0) == 0; }));
  constexpr std::int16_t offset_commit = 8;
  rd_kafka_mock_push_request_errors(&cluster.mock(), offset_commit, 2,
                                    RD_KAFKA_RESP_ERR_INVALID_COMMIT_OFFSET_SIZE,
                                    RD_KAFKA_RESP_ERR_INVALID_COMMIT_OFFSET_SIZE);
  reader.commit_all();
  EXPECT_TRUE(reader.until([&] { return cluster.committed("g", "orders", 0) == 10; }));
  EXPECT_GE(reader.bench.metric("weir_kafka_errors_total"), 2);
  EXPECT_THAT(reader.bench.log(), Contains(HasSubstr("did not take the committed offsets")));
}

TEST(KafkaSource, StartsBehindTheNewestMessageAndRemembersIt) {
  TestCluster cluster;
  cluster.create_topic("orders", 1);
  cluster.write_numbers("orders", 0, 5);
  {
    Reader reader(config(cluster, R"(,"start":"latest")"));
    ASSERT_TRUE(reader.until([&] { return cluster.committed("g", "orders", 0) == 5; }));
    EXPECT_EQ(reader.count(), 0U);
  }
  cluster.write_numbers("orders", 0, 3, 5);  // while nobody reads
  Reader reader(config(cluster, R"(,"start":"latest")"));
  ASSERT_TRUE(reader.read(3));
  EXPECT_EQ(values(reader.by_origin["orders/0"]), numbers(3, 5));
}

TEST(KafkaSource, StopsWithoutACommittedOffsetWhereOneIsWanted) {
  TestCluster cluster;
  cluster.create_topic("orders", 1);
  cluster.write_numbers("orders", 0, 5);
  for (const std::string start : {"committed", "error"}) {
    Reader reader(config(cluster, R"(,"start":")" + start + "\""));
    ASSERT_TRUE(reader.until([&] { return reader.status == WEIR_FAILED; })) << start;
    EXPECT_THAT(reader.last_error,
                HasSubstr("no committed offset for orders/0, and `start` is " + start));
    EXPECT_EQ(reader.count(), 0U);
  }
}

TEST(KafkaSource, StartsAtTheCommittedOffsetWhateverTheStart) {
  TestCluster cluster;
  cluster.create_topic("orders", 1);
  cluster.write_numbers("orders", 0, 5);
  for (const std::string start : {"earliest", "latest", "committed", "error"}) {
    cluster.commit(start, "orders", 0, 3);
    Reader reader(R"({"brokers":")" + cluster.brokers() + R"(","topic":"orders","group":")" +
                  start + R"(","start":")" + start + "\"}");
    ASSERT_TRUE(reader.read(2)) << start << reader.last_error;
    EXPECT_EQ(values(reader.by_origin["orders/0"]), numbers(2, 3));
  }
}

TEST(KafkaSource, StopsWhereItsPositionIsGoneAndSaysWhatToDo) {
  TestCluster cluster;
  cluster.create_topic("orders", 1);
  cluster.write_numbers("orders", 0, 5);
  cluster.commit("g", "orders", 0, 1000);
  Reader reader(config(cluster));
  ASSERT_TRUE(reader.until([&] { return reader.status == WEIR_FAILED; }));
  EXPECT_THAT(reader.last_error, HasSubstr("orders/0 has no message at position 1000 any more"));
  EXPECT_THAT(reader.last_error, HasSubstr("set the offset of group \"g\""));
}

// ---- lanes come and go
// --------------------------------------------------------------------------------------------------

TEST(KafkaSource, HandsPartitionsOverToAnotherMemberWithoutLossOrRepetition) {
  TestCluster cluster;
  cluster.create_topic("orders", 4);
  for (int partition = 0; partition < 4; ++partition)
    cluster.write_numbers("orders", partition, 100);
  Reader one(config(cluster));
  ASSERT_TRUE(one.read(400));
  // The mock cluster takes no commit while a group rebalances, as a real one does.
  one.commit_all();
  ASSERT_TRUE(one.until([&] { return cluster.committed("g", "orders", 3) == 100; }));

  Reader two(config(cluster));
  const auto both_read = [&](std::size_t messages) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (one.count() + two.count() < messages && std::chrono::steady_clock::now() < deadline) {
      one.poll(10ms);
      two.poll(10ms);
    }
    return one.count() + two.count();
  };
  const auto handed_over = [&] {
    return one.bench.metric("weir_kafka_partitions") == 2 &&
           two.bench.metric("weir_kafka_partitions") == 2;
  };
  ASSERT_TRUE(one.until([&] {
    two.poll(10ms);
    return handed_over();
  }));
  EXPECT_EQ(one.bench.revoked().size(), 4U);
  for (int partition = 0; partition < 4; ++partition) {
    EXPECT_EQ(cluster.committed("g", "orders", partition), 100);
    cluster.write_numbers("orders", partition, 50, 100);
  }
  EXPECT_EQ(both_read(600), 600U);
  for (int partition = 0; partition < 4; ++partition) {
    const std::string origin = "orders/" + std::to_string(partition);
    auto all = one.by_origin[origin];
    all.insert(all.end(), two.by_origin[origin].begin(), two.by_origin[origin].end());
    EXPECT_EQ(values(all), numbers(150)) << origin;
  }

  two.commit_all();
  two.bench.stop();  // leaves the group
  ASSERT_TRUE(one.until([&] { return one.bench.metric("weir_kafka_partitions") == 4; }));
  std::set<std::uint64_t> lanes;
  for (const auto& slice : one.slices) lanes.insert(slice.lane);
  EXPECT_GE(lanes.size(), 6U) << "a lane that comes back has a new number";
}

TEST(KafkaSource, IgnoresACommitForALaneThatItGaveUp) {
  TestCluster cluster;
  cluster.create_topic("orders", 2);
  for (int partition = 0; partition < 2; ++partition)
    cluster.write_numbers("orders", partition, 10);
  Reader one(config(cluster));
  ASSERT_TRUE(one.read(20));
  one.bench.on_revoke([](std::uint64_t, std::chrono::milliseconds) {
    return weir_status{WEIR_RETRY};
  });  // nothing settled
  Reader two(config(cluster));
  ASSERT_TRUE(one.until([&] {
    two.poll(10ms);
    return two.count() == 10;
  }));
  EXPECT_THAT(one.bench.log(),
              Contains(HasSubstr("is given up before everything read of it has settled")));
  one.commit_all();
  one.poll(500ms);
  one.bench.stop();
  for (const auto& [origin, messages] : two.by_origin) {
    EXPECT_EQ(values(messages), numbers(10)) << "delivered again, since nothing of it had settled";
    EXPECT_EQ(cluster.committed("g", "orders", origin.back() - '0'), 0) << origin;
  }
}

TEST(KafkaSource, RunsAgainAfterAStop) {
  TestCluster cluster;
  cluster.create_topic("orders", 1);
  cluster.write_numbers("orders", 0, 5);
  Reader reader(config(cluster));
  ASSERT_TRUE(reader.read(5));
  const auto lane = reader.lane_of["orders/0"];
  reader.commit_all();
  reader.bench.stop();
  reader.bench.start();
  cluster.write_numbers("orders", 0, 5, 5);
  ASSERT_TRUE(reader.read(10));
  EXPECT_NE(reader.lane_of["orders/0"], lane);
  EXPECT_EQ(values(reader.by_origin["orders/0"]), numbers(10));
}

// ---- when something is wrong
// --------------------------------------------------------------------------------------------

TEST(KafkaSource, WaitsForBrokersThatAreDownAndSaysSo) {
  TestCluster cluster;
  cluster.create_topic("orders", 1);
  cluster.write_numbers("orders", 0, 5);
  cluster.set_down(true);
  Reader reader(config(cluster));
  ASSERT_TRUE(reader.until([&] { return reader.status == WEIR_RETRY; }));
  EXPECT_THAT(reader.last_error,
              HasSubstr("no broker of " + cluster.brokers() + " can be reached"));
  cluster.set_down(false);
  EXPECT_TRUE(reader.read(5));
}

TEST(KafkaSource, StopsInTimeWhileTheBrokersAreDown) {
  TestCluster cluster;
  cluster.create_topic("orders", 1);
  cluster.write_numbers("orders", 0, 5);
  Reader reader(config(cluster));
  ASSERT_TRUE(reader.read(5));
  cluster.set_down(true);
  reader.commit_all();
  reader.bench.stop();
  EXPECT_THAT(reader.bench.log(), Contains(HasSubstr("could not be committed before the stop")));
}

TEST(KafkaSource, WaitsForAnUnknownTopicAndSaysSo) {
  TestCluster cluster;
  cluster.create_topic("orders", 1);
  cluster.write_numbers("orders", 0, 5);
  rd_kafka_mock_topic_set_error(&cluster.mock(), "orders", RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
  Reader reader(config(cluster));
  ASSERT_TRUE(reader.until([&] { return reader.status == WEIR_RETRY; }));
  EXPECT_THAT(reader.last_error, HasSubstr("orders"));
  EXPECT_THAT(reader.last_error, HasSubstr("make the topic, or correct `topics`"));
  rd_kafka_mock_topic_set_error(&cluster.mock(), "orders", RD_KAFKA_RESP_ERR_NO_ERROR);
  EXPECT_TRUE(reader.read(5));
}

TEST(KafkaSource, StopsWhenAnotherInstanceHasItsName) {
  TestCluster cluster;
  cluster.create_topic("orders", 1);
  cluster.write_numbers("orders", 0, 5);
  constexpr std::int16_t join_group = 11;
  rd_kafka_mock_push_request_errors(&cluster.mock(), join_group, 1,
                                    RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID);
  Reader reader(config(cluster, R"(,"instance":"one")"));
  ASSERT_TRUE(reader.until([&] { return reader.status == WEIR_FAILED; }));
  EXPECT_THAT(reader.last_error, HasSubstr("the same `instance`"));
}

TEST(KafkaSource, MeasuresLagAndPosition) {
  TestCluster cluster;
  cluster.create_topic("orders", 1);
  cluster.write_numbers("orders", 0, 10);
  Reader reader(config(cluster));
  const weir::testing::LabelMap labels{{"topic", "orders"}, {"partition", "0"}};
  ASSERT_TRUE(reader.read(10));
  EXPECT_EQ(reader.bench.metric("weir_kafka_messages_total", labels), 10);
  EXPECT_EQ(reader.bench.metric("weir_kafka_bytes_total", labels), 10);
  EXPECT_TRUE(
      reader.until([&] { return reader.bench.metric("weir_kafka_position", labels) == 10; }));
  EXPECT_EQ(reader.bench.metric("weir_kafka_lag_messages", labels), 0);

  reader.bench.set_room(reader.lane_of["orders/0"], 0);
  cluster.write_numbers("orders", 0, 7, 10);
  EXPECT_TRUE(
      reader.until([&] { return reader.bench.metric("weir_kafka_lag_messages", labels) == 7; }));
  reader.bench.stop();
  EXPECT_FALSE(reader.bench.has_metric("weir_kafka_lag_messages", labels));
}

std::string refusal(const std::string& with) {
  try {
    const weir::testing::Bench<KafkaSource> bench(with);
  } catch (const std::runtime_error& e) {
    return e.what();
  }
  return "it was taken";
}

TEST(KafkaSource, RefusesPropertiesThatItOwnsOrThatDoNotExist) {
  const auto with = [](const std::string& properties) {
    return R"({"brokers":"127.0.0.1:1","topic":"t","group":"g","properties":)" + properties + "}";
  };
  EXPECT_THAT(refusal(with(R"({"enable.auto.commit":true})")),
              HasSubstr("owns the property `enable.auto.commit`"));
  EXPECT_THAT(refusal(with(R"({"auto.offset.reset":"latest"})")), HasSubstr("use `start`"));
  EXPECT_THAT(refusal(with(R"({"fetch.min.byte":1})")), HasSubstr("fetch.min.byte"));
  EXPECT_THAT(refusal(with(R"({"fetch.min.bytes":-5})")), HasSubstr("fetch.min.bytes"));
  EXPECT_EQ(
      refusal(with(R"({"fetch.min.bytes":5,"socket.keepalive.enable":true,"client.id":"me"})")),
      "it was taken");
}

TEST(KafkaSource, WantsExactlyOneOfTopicAndTopics) {
  EXPECT_THAT(refusal(R"({"brokers":"b","group":"g"})"), HasSubstr("no topic to read"));
  EXPECT_THAT(refusal(R"({"brokers":"b","group":"g","topic":"a","topics":["b"]})"),
              HasSubstr("keep one of them"));
}

}  // namespace
}  // namespace weir::kafka_source
