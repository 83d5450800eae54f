#include "kafka_sink.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <thread>
#include <weir/testing/bench.hpp>

#include "../kafka-source/test_cluster.hpp"

namespace weir::kafka_sink {
namespace {

using namespace std::chrono_literals;
using kafka_tests::Record;
using kafka_tests::TestCluster;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAreArray;
using weir::testing::Bench;
using weir::testing::Input;
using weir::testing::Result;

// Numbers of Kafka's protocol.
constexpr std::int16_t produce_request = 0;
constexpr std::int16_t init_producer_id_request = 22;

std::string config(const TestCluster& cluster, const std::string& more = "") {
  return R"({"brokers":")" + cluster.brokers() + R"(","topic":"orders")" + more + "}";
}

std::vector<Input> numbers(int count) {
  std::vector<Input> inputs;
  for (int i = 0; i < count; ++i)
    inputs.emplace_back(std::to_string(i), "key " + std::to_string(i));
  return inputs;
}

std::vector<std::string> values(TestCluster& cluster, int partitions = 1) {
  std::vector<std::string> all;
  for (const auto& [partition, records] : cluster.read("orders", partitions)) {
    for (const auto& record : records) all.push_back(record.value.value_or("(tombstone)"));
  }
  return all;
}

std::vector<std::string> texts(int count) {
  std::vector<std::string> all;
  for (int i = 0; i < count; ++i) all.push_back(std::to_string(i));
  return all;
}

/// The engine's part: the same batch again until it is done.
Result insist(Bench<KafkaSink>& bench, const std::vector<Input>& inputs) {
  const auto deadline = std::chrono::steady_clock::now() + 60s;
  Result result = bench.process(inputs);
  while (result.status == WEIR_RETRY && std::chrono::steady_clock::now() < deadline)
    result = bench.process(inputs);
  return result;
}

TEST(KafkaSink, WritesMessagesAsTheyAreAndPassesThemOn) {
  TestCluster cluster;
  cluster.create_topic("orders", 1);
  Bench<KafkaSink> bench(config(cluster));
  Input dated("v", "k", {{"one", "1"}, {"two", std::string("\0x", 2)}, {"one", "3"}});
  dated.time_us = 1'700'000'000'123'456;
  const Result result =
      bench.process({dated, Input("", "gone", {}, true), Input("", ""), Input("no key")});
  ASSERT_TRUE(result.ok()) << result.error;
  EXPECT_EQ(result.passed.size(), 4U);
  const auto records = cluster.read("orders", 1)[0];
  ASSERT_EQ(records.size(), 4U);
  EXPECT_EQ(records[0].value, "v");
  EXPECT_EQ(records[0].key, "k");
  EXPECT_EQ(records[0].headers, dated.headers);
  EXPECT_EQ(records[0].time_ms, 1'700'000'000'123);
  EXPECT_EQ(records[1].value, std::nullopt);
  EXPECT_EQ(records[1].key, "gone");
  EXPECT_EQ(records[2].value, "");
  EXPECT_EQ(records[2].key, "");
  EXPECT_EQ(records[3].key, std::nullopt);
  EXPECT_EQ(bench.metric("weir_kafka_written_total"), 4);
}

TEST(KafkaSink, KeepsTheOrderOfABatchWithinAPartition) {
  TestCluster cluster;
  cluster.create_topic("orders", 1);
  Bench<KafkaSink> bench(config(cluster));
  ASSERT_TRUE(bench.process(numbers(5000)).ok());
  EXPECT_EQ(values(cluster), texts(5000));
}

TEST(KafkaSink, SendsAKeyAlwaysToTheSamePartition) {
  TestCluster cluster;
  cluster.create_topic("orders", 4);
  Bench<KafkaSink> bench(config(cluster));
  ASSERT_TRUE(bench.process(numbers(100)).ok());
  ASSERT_TRUE(bench.process(numbers(100)).ok());
  std::map<std::string, int> seen;
  const auto all = cluster.read("orders", 4);
  EXPECT_EQ(all.size(), 4U) << "and different ones to different partitions";
  for (const auto& [partition, records] : all) {
    for (const auto& record : records)
      EXPECT_EQ(seen.emplace(*record.key, partition).first->second, partition);
  }
}

TEST(KafkaSink, RejectsOnlyTheMessageThatIsTooLargeForTheClient) {
  TestCluster cluster;
  cluster.create_topic("orders", 1);
  Bench<KafkaSink> bench(config(cluster, R"(,"properties":{"message.max.bytes":2000})"));
  const Result result = bench.process({"before", std::string(5000, 'x'), "after"});
  ASSERT_TRUE(result.ok()) << result.error;
  ASSERT_EQ(result.rejected.size(), 1U);
  EXPECT_EQ(result.rejected[0].index, 1U);
  EXPECT_EQ(result.rejected[0].code, "message-too-large");
  EXPECT_THAT(result.rejected[0].reason, HasSubstr("topic orders does not take it"));
  EXPECT_EQ(values(cluster), (std::vector<std::string>{"before", "after"}));
  EXPECT_EQ(bench.metric("weir_kafka_refused_total"), 1);
}

TEST(KafkaSink, RejectsAMessageThatDoesNotEvenFitIntoTheClientsQueue) {
  TestCluster cluster;
  cluster.create_topic("orders", 1);
  Bench<KafkaSink> bench(config(cluster, R"(,"properties":{"queue.buffering.max.kbytes":1})"));
  const Result result =
      bench.process({std::string(600, 'a'), std::string(5000, 'x'), std::string(600, 'b')});
  ASSERT_TRUE(result.ok()) << result.error;
  ASSERT_EQ(result.rejected.size(), 1U);
  EXPECT_EQ(result.rejected[0].index, 1U);
  EXPECT_EQ(result.rejected[0].code, "message-too-large");
  EXPECT_EQ(values(cluster).size(), 2U);
}

TEST(KafkaSink, WritesTheNeighboursOfARequestThatWasTooLarge) {
  TestCluster cluster;
  cluster.create_topic("orders", 1);
  Bench<KafkaSink> bench(config(cluster));
  ASSERT_TRUE(bench.process({"first"}).ok());
  rd_kafka_mock_push_request_errors(&cluster.mock(), produce_request, 1,
                                    RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE);
  const Result result = bench.process(numbers(10));
  ASSERT_TRUE(result.ok()) << result.error;
  EXPECT_TRUE(result.rejected.empty());
  auto expected = texts(10);
  expected.insert(expected.begin(), "first");
  EXPECT_EQ(values(cluster), expected);
}

TEST(KafkaSink, RejectsWhatTheBrokerRefusesEvenAlone) {
  TestCluster cluster;
  cluster.create_topic("orders", 1);
  Bench<KafkaSink> bench(config(cluster));
  rd_kafka_mock_push_request_errors(&cluster.mock(), produce_request, 2,
                                    RD_KAFKA_RESP_ERR_INVALID_RECORD,
                                    RD_KAFKA_RESP_ERR_INVALID_RECORD);
  const Result result = bench.process({"bad", "good"});
  ASSERT_TRUE(result.ok()) << result.error;
  ASSERT_EQ(result.rejected.size(), 1U);
  EXPECT_EQ(result.rejected[0].code, "refused-by-broker");
  EXPECT_EQ(values(cluster), std::vector<std::string>{"good"});
}

TEST(KafkaSink, WritesNothingTwiceWhenABatchComesAgain) {
  TestCluster cluster;
  cluster.create_topic("orders", 1);
  Bench<KafkaSink> bench(config(cluster, R"(,"patience":"200ms")"));
  ASSERT_TRUE(insist(bench, {"warm"}).ok());
  rd_kafka_mock_broker_set_rtt(&cluster.mock(), 1, 1000);
  const Result first = bench.process(numbers(100));
  ASSERT_EQ(first.status, WEIR_RETRY);
  EXPECT_THAT(first.error, HasSubstr("to acknowledge 100 of 100 messages of topic orders"));
  const Result result = insist(bench, numbers(100));
  ASSERT_TRUE(result.ok()) << result.error;
  rd_kafka_mock_broker_set_rtt(&cluster.mock(), 1, 0);
  auto expected = texts(100);
  expected.insert(expected.begin(), "warm");
  EXPECT_EQ(values(cluster), expected);
}

TEST(KafkaSink, OutlivesABrokerThatGoesAwayInTheMiddle) {
  TestCluster cluster;
  cluster.create_topic("orders", 1);
  Bench<KafkaSink> bench(config(cluster, R"(,"patience":"300ms")"));
  ASSERT_TRUE(insist(bench, numbers(10)).ok());
  cluster.set_down(true);
  bench.next_position = 10;
  const std::vector<Input> more{"a", "b", "c"};
  const Result away = bench.process(more);
  ASSERT_EQ(away.status, WEIR_RETRY);
  EXPECT_THAT(away.error, HasSubstr("see whether the brokers are well"));
  cluster.set_down(false);
  ASSERT_TRUE(insist(bench, more).ok());
  auto expected = texts(10);
  for (const char* text : {"a", "b", "c"}) expected.emplace_back(text);
  EXPECT_EQ(values(cluster), expected);
}

TEST(KafkaSink, SendsAnotherBatchAfterOneThatWasGivenUp) {
  TestCluster cluster;
  cluster.create_topic("orders", 1);
  Bench<KafkaSink> bench(config(cluster, R"(,"patience":"300ms")"));
  cluster.set_down(true);
  ASSERT_EQ(bench.process(numbers(3)).status, WEIR_RETRY);
  cluster.set_down(false);
  bench.lane = 7;
  ASSERT_TRUE(insist(bench, {"other"}).ok());
  EXPECT_EQ(values(cluster), std::vector<std::string>{"other"});
}

TEST(KafkaSink, WaitsForAnUnknownTopicAndSaysSo) {
  TestCluster cluster;
  cluster.create_topic("orders", 1);
  rd_kafka_mock_topic_set_error(&cluster.mock(), "orders", RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
  Bench<KafkaSink> bench(
      config(cluster, R"(,"properties":{"topic.metadata.propagation.max.ms":100})"));
  const Result result = bench.process({"a"});
  ASSERT_EQ(result.status, WEIR_RETRY);
  EXPECT_THAT(result.error, HasSubstr("see that the topic exists"));
  rd_kafka_mock_topic_set_error(&cluster.mock(), "orders", RD_KAFKA_RESP_ERR_NO_ERROR);
  ASSERT_TRUE(insist(bench, {"a"}).ok());
  EXPECT_EQ(values(cluster), std::vector<std::string>{"a"});
}

TEST(KafkaSink, ReplacesAProducerThatHasFailedForGood) {
  TestCluster cluster;
  cluster.create_topic("orders", 1);
  rd_kafka_mock_push_request_errors(&cluster.mock(), init_producer_id_request, 1,
                                    RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED);
  Bench<KafkaSink> bench(config(cluster));
  const Result failed = bench.process({"a"});
  ASSERT_EQ(failed.status, WEIR_RETRY);
  EXPECT_THAT(failed.error, HasSubstr("a new one takes over"));
  ASSERT_TRUE(insist(bench, {"a"}).ok());
  EXPECT_EQ(values(cluster), std::vector<std::string>{"a"});
}

TEST(KafkaSink, ComesBackWhenItIsInterrupted) {
  TestCluster cluster;
  cluster.create_topic("orders", 1);
  cluster.set_down(true);
  Bench<KafkaSink> bench(config(cluster, R"(,"patience":"1h")"));
  bench.open();
  std::jthread interrupter([&] {
    std::this_thread::sleep_for(100ms);
    bench.interrupt();
  });
  const Result result = bench.process({"a"});
  EXPECT_EQ(result.status, WEIR_RETRY);
  EXPECT_THAT(result.error, HasSubstr("interrupted"));
}

TEST(KafkaSink, PassesAnEmptyBatchOn) {
  Bench<KafkaSink> bench(R"({"brokers":"127.0.0.1:1","topic":"orders"})");
  EXPECT_TRUE(bench.process(std::vector<Input>{}).ok());
}

std::string refusal(const std::string& properties) {
  try {
    const Bench<KafkaSink> bench(R"({"brokers":"127.0.0.1:1","topic":"t","properties":)" +
                                 properties + "}");
  } catch (const std::runtime_error& e) {
    return e.what();
  }
  return "it was taken";
}

TEST(KafkaSink, RefusesPropertiesThatItOwnsOrThatDoNotExist) {
  EXPECT_THAT(refusal(R"({"enable.idempotence":false})"),
              HasSubstr("owns the property `enable.idempotence`"));
  EXPECT_THAT(refusal(R"({"acks":1})"), HasSubstr("owns the property `acks`"));
  EXPECT_THAT(refusal(R"({"compresion":"lz4"})"), HasSubstr("compresion"));
  EXPECT_EQ(refusal(R"({"compression.codec":"lz4","linger.ms":20})"), "it was taken");
}

}  // namespace
}  // namespace weir::kafka_sink
