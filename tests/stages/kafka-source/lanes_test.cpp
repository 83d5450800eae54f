#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "reader.hpp"

namespace weir::kafka_source {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::HasSubstr;

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
  // More where the mock cluster refuses a SyncGroup that comes after the leader's: that member
  // joins again, and the group rebalances once more.
  EXPECT_GE(one.bench.revoked().size(), 4U);
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

}  // namespace
}  // namespace weir::kafka_source
