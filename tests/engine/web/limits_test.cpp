#include "engine/web/limits.hpp"

#include "limited_server.hpp"
#include "raw_client.hpp"

#include <gtest/gtest.h>
#include <thread>

namespace weir::web {
namespace {

using namespace std::chrono_literals;

}  // namespace

TEST(Limits, EndAHeadThatTrickles) {
  LimitedServer server({.head = 200ms});
  RawClient client(server.port());
  client.send("GET / HTTP/1.1\r\nHost: local");
  const RawAnswer answer = client.answer();
  EXPECT_EQ(answer.status, 408);
  EXPECT_EQ(answer.field("connection"), "close");
  EXPECT_TRUE(client.ends());
}

TEST(Limits, CountAHeadsTimeFromItsFirstByte) {
  LimitedServer server({.head = 300ms, .linger = 50ms});
  RawClient client(server.port());
  std::jthread trickle([&](std::stop_token stop) {
    for (int count = 0; count < 200 && !stop.stop_requested(); ++count) {
      client.send("G");
      std::this_thread::sleep_for(20ms);  // the client's pace is what is tested
    }
  });
  EXPECT_EQ(client.answer().status, 408);
}

TEST(Limits, EndIdleConnectionsWithoutAWord) {
  LimitedServer server({.idle = 100ms});
  RawClient fresh(server.port()), used(server.port());
  EXPECT_EQ(used.get("/metrics").status, 200);
  EXPECT_TRUE(fresh.ends());
  EXPECT_TRUE(used.ends());
}

TEST(Limits, EndAnAnswerThatNobodyReads) {
  LimitedServer server({.write = 100ms, .linger = 50ms});
  RawClient client(server.port());
  // Far more answers than the sockets' buffers hold, none of them read.
  for (int count = 0; count < 60'000; ++count)
    client.send("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const auto deadline = std::chrono::steady_clock::now() + 20s;
  while (server.open() > 0 && std::chrono::steady_clock::now() < deadline)
    std::this_thread::yield();
  EXPECT_EQ(server.open(), 0u);
}

}  // namespace weir::web
