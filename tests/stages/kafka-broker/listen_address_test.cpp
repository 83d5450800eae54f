#include "listen_address.hpp"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace weir::kafka_broker {
namespace {

std::string refusal(const std::string& text) {
  try {
    listen_address(text);
  } catch (const std::runtime_error& e) {
    return e.what();
  }
  return "it was taken";
}

TEST(ListenAddress, ReadsLoopbackAddresses) {
  EXPECT_EQ(ntohs(listen_address("127.0.0.1:9092").sin_port), 9092);
  EXPECT_EQ(ntohl(listen_address("localhost:1").sin_addr.s_addr), INADDR_LOOPBACK);
  EXPECT_EQ(ntohl(listen_address("127.0.0.2:1").sin_addr.s_addr), INADDR_LOOPBACK + 1);
}

TEST(ListenAddress, RefusesWhatOtherMachinesCouldReachInVain) {
  EXPECT_THAT(refusal("0.0.0.0:9092"), ::testing::HasSubstr("loopback interface only"));
  EXPECT_THAT(refusal("10.0.0.1:9092"), ::testing::HasSubstr("loopback interface only"));
}

TEST(ListenAddress, RefusesWhatIsNoAddress) {
  EXPECT_THAT(refusal("127.0.0.1"), ::testing::HasSubstr("no port"));
  EXPECT_THAT(refusal("127.0.0.1:kafka"), ::testing::HasSubstr("not a number"));
  EXPECT_THAT(refusal("127.0.0.1:65536"), ::testing::HasSubstr("not a number"));
  EXPECT_THAT(refusal("127.0.0.1:"), ::testing::HasSubstr("not a number"));
  EXPECT_THAT(refusal("broker.example:9092"), ::testing::HasSubstr("neither an IPv4 address"));
}

}  // namespace
}  // namespace weir::kafka_broker
