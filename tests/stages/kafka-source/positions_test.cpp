#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reader.hpp"

namespace weir::kafka_source {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::HasSubstr;

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
    EXPECT_THAT(
        reader.last_error,
        HasSubstr("no position is known of orders/0 for group \"g\", and `start` is " + start));
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

}  // namespace
}  // namespace weir::kafka_source
