#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reader.hpp"

namespace weir::kafka_source {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::HasSubstr;

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
