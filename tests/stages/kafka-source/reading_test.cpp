#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>
#include <set>
#include <thread>

#include "reader.hpp"

namespace weir::kafka_source {
namespace {

using namespace std::chrono_literals;

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

TEST(KafkaSource, DoesNotWaitForTheClientToSeeThatAFullQueueHasRoomAgain) {
  TestCluster cluster;
  const std::size_t messages = write_beyond_the_queue(cluster, "orders");
  Reader reader(small_queue(cluster, "orders"));
  ASSERT_TRUE(reader.read(1));
  const auto begun = std::chrono::steady_clock::now();
  ASSERT_TRUE(reader.read(messages));
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 9s);
}

}  // namespace
}  // namespace weir::kafka_source
