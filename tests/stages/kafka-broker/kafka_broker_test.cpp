#include "kafka_broker.hpp"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <map>
#include <memory>
#include <weir/testing/bench.hpp>

#include "descriptor.hpp"
#include "listen_address.hpp"

namespace weir::kafka_broker {
namespace {

using weir::testing::Bench;

struct Destroy {
  void operator()(rd_kafka_t* client) const noexcept { rd_kafka_destroy(client); }
  void operator()(rd_kafka_topic_partition_list_t* list) const noexcept {
    rd_kafka_topic_partition_list_destroy(list);
  }
  void operator()(rd_kafka_message_t* message) const noexcept { rd_kafka_message_destroy(message); }
  void operator()(const rd_kafka_metadata_t* metadata) const noexcept {
    rd_kafka_metadata_destroy(metadata);
  }
};
using Client = std::unique_ptr<rd_kafka_t, Destroy>;

/// An ordinary client that knows nothing but the fixed address.
Client client(rd_kafka_type_t type, std::uint16_t port) {
  std::array<char, 512> why{};
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  rd_kafka_conf_set(conf, "bootstrap.servers", ("127.0.0.1:" + std::to_string(port)).c_str(),
                    nullptr, 0);
  rd_kafka_conf_set(conf, "group.id", "g", nullptr, 0);
  return Client(rd_kafka_new(type, conf, why.data(), why.size()));
}

Descriptor connected(const sockaddr_in& address) {
  Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (connect(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return {};
  return socket;
}

/// A port that nobody listens at.
std::uint16_t free_port() {
  Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  bind(socket.number(), reinterpret_cast<sockaddr*>(&address), size);
  getsockname(socket.number(), reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

std::string config(std::uint16_t port, const std::string& more = "") {
  return R"({"listen":"127.0.0.1:)" + std::to_string(port) + "\"" + more + "}";
}

std::map<std::string, int> topics(std::uint16_t port) {
  const Client asking = client(RD_KAFKA_PRODUCER, port);
  const rd_kafka_metadata_t* raw = nullptr;
  if (rd_kafka_metadata(asking.get(), 1, nullptr, &raw, 10'000) != RD_KAFKA_RESP_ERR_NO_ERROR)
    return {};
  const std::unique_ptr<const rd_kafka_metadata_t, Destroy> metadata(raw);
  std::map<std::string, int> all;
  for (int i = 0; i < metadata->topic_cnt; ++i)
    all[metadata->topics[i].topic] = metadata->topics[i].partition_cnt;
  return all;
}

TEST(KafkaBroker, ServesOrdinaryClientsAtItsFixedAddress) {
  const auto port = free_port();
  Bench<KafkaBroker> bench(
      config(port, R"(,"brokers":3,"topics":[{"name":"orders","partitions":2},{"name":"more"}])"));
  bench.start();
  EXPECT_EQ(topics(port), (std::map<std::string, int>{{"orders", 2}, {"more", 4}}));

  const Client producer = client(RD_KAFKA_PRODUCER, port);
  for (int i = 0; i < 1000; ++i) {
    std::string text = std::to_string(i);
    ASSERT_EQ(
        rd_kafka_producev(producer.get(), RD_KAFKA_V_TOPIC("orders"), RD_KAFKA_V_PARTITION(i % 2),
                          RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                          RD_KAFKA_V_VALUE(text.data(), text.size()), RD_KAFKA_V_END),
        RD_KAFKA_RESP_ERR_NO_ERROR);
  }
  ASSERT_EQ(rd_kafka_flush(producer.get(), 20'000), RD_KAFKA_RESP_ERR_NO_ERROR);

  const Client consumer = client(RD_KAFKA_CONSUMER, port);
  const std::unique_ptr<rd_kafka_topic_partition_list_t, Destroy> all(
      rd_kafka_topic_partition_list_new(2));
  for (int i = 0; i < 2; ++i) {
    rd_kafka_topic_partition_list_add(all.get(), "orders", i)->offset = RD_KAFKA_OFFSET_BEGINNING;
  }
  rd_kafka_assign(consumer.get(), all.get());
  for (int i = 0; i < 1000; ++i) {
    const std::unique_ptr<rd_kafka_message_t, Destroy> message(
        rd_kafka_consumer_poll(consumer.get(), 20'000));
    ASSERT_TRUE(message);
    ASSERT_EQ(message->err, RD_KAFKA_RESP_ERR_NO_ERROR) << rd_kafka_message_errstr(message.get());
  }
}

TEST(KafkaBroker, StartsAgainAtTheSameAddressWithEmptyTopics) {
  const auto port = free_port();
  Bench<KafkaBroker> bench(config(port, R"(,"topics":[{"name":"orders"}])"));
  bench.start();
  EXPECT_EQ(topics(port).size(), 1U);
  bench.stop();
  bench.start();
  EXPECT_EQ(topics(port).size(), 1U);
}

TEST(KafkaBroker, IsNotDisturbedByConnectionsThatSpeakNoKafka) {
  const auto port = free_port();
  Bench<KafkaBroker> bench(config(port, R"(,"topics":[{"name":"orders"}])"));
  bench.start();
  std::vector<Descriptor> silent;
  for (int i = 0; i < 50; ++i) silent.push_back(connected(loopback(port)));
  for (int i = 0; i < 20; ++i) {
    const Descriptor loud = connected(loopback(port));
    ASSERT_TRUE(loud);
    const std::string garbage(100'000, 'x');
    static_cast<void>(
        send(loud.number(), garbage.data(), garbage.size(), MSG_NOSIGNAL | MSG_DONTWAIT));
  }
  EXPECT_EQ(topics(port).size(), 1U);
}

TEST(KafkaBroker, ClosesTheConnectionsItHoldsWhenItStops) {
  const auto port = free_port();
  Bench<KafkaBroker> bench(config(port));
  bench.start();
  const Descriptor open = connected(loopback(port));
  ASSERT_TRUE(open);
  bench.stop();
  pollfd waiting{.fd = open.number(), .events = POLLIN, .revents = 0};
  EXPECT_EQ(poll(&waiting, 1, 10'000), 1);
  EXPECT_FALSE(connected(loopback(port)));
}

TEST(KafkaBroker, SaysThatItsAddressIsTaken) {
  const auto port = free_port();
  Bench<KafkaBroker> first(config(port));
  first.start();
  Bench<KafkaBroker> second(config(port));
  try {
    second.start();
    FAIL() << "two at one address";
  } catch (const std::runtime_error& e) {
    EXPECT_THAT(e.what(), ::testing::HasSubstr("127.0.0.1:" + std::to_string(port)));
    EXPECT_THAT(e.what(), ::testing::HasSubstr("choose another `listen`"));
  }
}

TEST(KafkaBroker, RefusesATopicThatIsNamedTwice) {
  Bench<KafkaBroker> bench(config(free_port(), R"(,"topics":[{"name":"a"},{"name":"a"}])"));
  EXPECT_THROW(bench.start(), std::runtime_error);
}

}  // namespace
}  // namespace weir::kafka_broker
