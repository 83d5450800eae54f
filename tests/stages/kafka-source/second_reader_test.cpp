// weir.reread/1: partitions are read once more, by a source that was never started.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <weir/testing/books.hpp>

#include "reader.hpp"

namespace weir::kafka_source {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using SourceBench = weir::testing::Bench<KafkaSource>;
namespace books = weir::testing;

class KafkaSourceSecondReader : public ::testing::Test {
 protected:
  void SetUp() override {
    cluster.create_topic("orders", 2);
    cluster.write_numbers("orders", 0, 10);
    cluster.write_numbers("orders", 1, 3, 10);
  }
  /// Of a partition, as the source names it.
  std::string origin(int partition) {
    for (const auto& lane : books::lanes(bench)) {
      if (lane.origin.ends_with("/orders/" + std::to_string(partition))) return lane.origin;
    }
    throw std::logic_error("the source lists no such lane");
  }

  TestCluster cluster;
  SourceBench bench{config(cluster)};
};

TEST_F(KafkaSourceSecondReader, ListsThePartitionsWithWhatTheyHold) {
  const auto lanes = books::lanes(bench);
  ASSERT_THAT(lanes, SizeIs(2));
  EXPECT_TRUE(lanes[0].origin.ends_with("/orders/0")) << lanes[0].origin;
  EXPECT_EQ(lanes[0].first, 0);
  EXPECT_EQ(lanes[0].end, 10);
  EXPECT_TRUE(lanes[1].origin.ends_with("/orders/1")) << lanes[1].origin;
  EXPECT_EQ(lanes[1].end, 3);
}

TEST_F(KafkaSourceSecondReader, ListsTheTopicsOfAPattern) {
  cluster.create_topic("orders-eu", 1);
  cluster.create_topic("others", 1);
  SourceBench all(R"({"brokers":")" + cluster.brokers() + R"(","topics":["^orders"],"group":"g"})");
  EXPECT_THAT(books::lanes(all), SizeIs(3));
}

TEST_F(KafkaSourceSecondReader, NamesALaneAsTheRunningSourceDoes) {
  Reader running(config(cluster));
  ASSERT_TRUE(running.read(13)) << running.last_error;
  EXPECT_EQ(running.slices.front().origin.substr(0, origin(0).rfind('/')),
            origin(0).substr(0, origin(0).rfind('/')));
}

TEST_F(KafkaSourceSecondReader, ReadsARangeInOrderAndNotBeyondItsEnd) {
  const auto seen = books::reread(bench, origin(0), 2, 6);
  EXPECT_EQ(seen.values, numbers(4, 2));
  EXPECT_THAT(seen.positions, ElementsAre(2, 3, 4, 5));
  EXPECT_EQ(seen.reached, 6);
}

TEST_F(KafkaSourceSecondReader, ShowsKeysAndHeaders) {
  cluster.write("orders", 1, {{.value = "v", .key = "k", .headers = {{"a", "1"}, {"b", "2"}}}});
  const auto seen = books::reread(bench, origin(1), 3, 4);
  EXPECT_THAT(seen.keys, ElementsAre("k"));
  EXPECT_THAT(seen.header_counts, ElementsAre(2U));
}

TEST_F(KafkaSourceSecondReader, EndsWhereThePartitionDoes) {
  const auto seen = books::reread(bench, origin(1), 0, 1'000);
  EXPECT_EQ(seen.values, numbers(3, 10));
  EXPECT_EQ(seen.reached, 1'000);
  EXPECT_THAT(books::reread(bench, origin(1), 3, 3).values, IsEmpty());
}

TEST_F(KafkaSourceSecondReader, DoesNotWaitForTheClientToSeeThatAFullQueueHasRoomAgain) {
  const auto messages = static_cast<std::int64_t>(write_beyond_the_queue(cluster, "large"));
  SourceBench large(small_queue(cluster, "large"));
  const std::string lane = books::lanes(large).at(0).origin;
  const auto begun = std::chrono::steady_clock::now();
  const auto seen = books::reread(large, lane, 0, messages);
  EXPECT_THAT(seen.values, SizeIs(messages));
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(9));
}

TEST_F(KafkaSourceSecondReader, BeginsWithTheOldestMessageThatIsStillThere) {
  cluster.create_topic("large", 1);
  // The mock cluster keeps 5 MiB of a partition.
  const std::vector<kafka_tests::Record> records(80, {.value = std::string(100'000, 'x')});
  cluster.write("large", 0, records);
  SourceBench large(R"({"brokers":")" + cluster.brokers() + R"(","topic":"large","group":"g"})");
  const auto lane = books::lanes(large).at(0);
  ASSERT_GT(lane.first, 0) << "or this tests less than it says";
  EXPECT_EQ(lane.end, 80);
  const auto seen = books::reread(large, lane.origin, 0, 80);
  EXPECT_EQ(seen.positions.front(), lane.first);
  EXPECT_EQ(seen.positions.back(), 79);
  EXPECT_EQ(seen.reached, 80);
}

TEST_F(KafkaSourceSecondReader, ManyMessagesComeInSlicesAndGoOnWhereTheVisitorStopped) {
  cluster.create_topic("many", 1);
  cluster.write_numbers("many", 0, 2'500);
  SourceBench many(R"({"brokers":")" + cluster.brokers() + R"(","topic":"many","group":"g"})");
  const std::string lane = books::lanes(many).at(0).origin;
  auto seen = books::reread(many, lane, 0, 2'500, 1);
  ASSERT_LT(seen.reached, 2'500);
  EXPECT_EQ(seen.values, numbers(static_cast<int>(seen.reached)));
  const auto rest = books::reread(many, lane, seen.reached, 2'500);
  seen.values.insert(seen.values.end(), rest.values.begin(), rest.values.end());
  EXPECT_EQ(seen.values, numbers(2'500));
}

TEST_F(KafkaSourceSecondReader, DisturbsNobodyWhoReadsTheSamePartitions) {
  Reader running(config(cluster));
  ASSERT_TRUE(running.read(13)) << running.last_error;
  const auto committed = [&] { return cluster.committed("g", "orders", 0); };
  ASSERT_TRUE(running.until([&] { return committed() == 0; })) << "the running one's start";
  const double rebalances = running.bench.metric("weir_kafka_rebalances_total");
  EXPECT_THAT(books::reread(bench, origin(0), 0, 10).values, SizeIs(10));
  EXPECT_EQ(committed(), 0);
  cluster.write_numbers("orders", 0, 1, 99);
  ASSERT_TRUE(running.read(14)) << running.last_error;
  EXPECT_EQ(running.bench.metric("weir_kafka_rebalances_total"), rebalances);
}

TEST_F(KafkaSourceSecondReader, AsksAgainWhileTheBrokersAreAway) {
  const std::string lane = origin(0);
  cluster.set_down(true);
  EXPECT_THROW(books::lanes(bench), Retry);
  EXPECT_THROW(books::reread(bench, lane, 0, 10), Retry);
}

TEST_F(KafkaSourceSecondReader, RefusesALaneThatIsNotItsOwn) {
  const auto refusal = [&](const std::string& lane) {
    try {
      books::reread(bench, lane, 0, 10);
      return std::string("it was read");
    } catch (const std::runtime_error& e) {
      return std::string(e.what());
    }
  };
  EXPECT_THAT(refusal("another/orders/0"), HasSubstr("is not of the cluster"));
  EXPECT_THAT(refusal("orders"), HasSubstr("has no lane"));
  EXPECT_THAT(refusal("cluster/orders/zero"), HasSubstr("has no lane"));
}

TEST_F(KafkaSourceSecondReader, WaitsForATopicThatIsNotThere) {
  SourceBench absent(R"({"brokers":")" + cluster.brokers() + R"(","topic":"absent","group":"g"})");
  try {
    books::lanes(absent);
    FAIL() << "it listed a topic that is not there";
  } catch (const Retry& e) {
    EXPECT_THAT(e.what(), HasSubstr("finds no topic absent"));
  }
}

}  // namespace
}  // namespace weir::kafka_source
