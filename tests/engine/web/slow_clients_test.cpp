#include "../eventually.hpp"
#include "limited_server.hpp"
#include "raw_client.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <future>
#include <list>
#include <thread>

namespace weir::web {
namespace {

using namespace std::chrono_literals;

/// As many open files as the system grants: the test holds both ends of each connection.
rlim_t raise_open_files() {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
  return files.rlim_cur;
}

/// Clients that owe the rest of a head, and stay.
std::vector<RawClient> slow_heads(std::uint16_t port, int count, const char* from = "127.0.0.1") {
  std::vector<RawClient> clients;
  for (int made = 0; made < count; ++made) {
    clients.emplace_back(port, from);
    clients.back().send("GET /metrics HTTP/1.1\r\nHost: lo");
  }
  return clients;
}

}  // namespace

TEST(SlowClients, LoseTheirOldestForANewcomerOfTheirAddress) {
  LimitedServer server({.slow_per_address = 4, .prompt = 50ms, .head = 60s, .idle = 60s});
  auto slow = slow_heads(server.port(), 30);
  EXPECT_TRUE(eventually([&] {
    EXPECT_EQ(RawClient(server.port()).get("/metrics").status, 200);
    return server.shed() == 26;
  })) << server.shed();
  EXPECT_TRUE(eventually([&] { return server.open() == 4; })) << server.open();
  EXPECT_TRUE(slow.front().ends());
  slow.back().send("calhost\r\n\r\n");
  EXPECT_EQ(slow.back().answer().status, 200) << "the youngest may finish";
}

TEST(SlowClients, AreTheOnlyOnesThatAreClosedForTheirAddress) {
  LimitedServer server({.slow_per_address = 4, .prompt = 0ms, .head = 60s, .idle = 60s});
  std::vector<RawClient> prompt;
  for (int count = 0; count < 20; ++count) {
    prompt.emplace_back(server.port());
    EXPECT_EQ(prompt.back().get("/metrics").status, 200);
  }
  const auto slow = slow_heads(server.port(), 50);
  ASSERT_TRUE(eventually([&] {
    const RawClient newcomer(server.port());
    return server.shed() >= 46;
  })) << server.shed();
  for (RawClient& client : prompt) EXPECT_EQ(client.get("/metrics").status, 200);
}

TEST(SlowClients, AreClosedForNewcomersOfTheirOwnAddressOnly) {
  for (const char* host : {"127.0.0.1", "::"}) {  // there, IPv4 clients come as IPv6 addresses
    std::optional<LimitedServer> server;
    try {
      server.emplace(Limits{.slow_per_address = 4, .prompt = 0ms, .head = 60s, .idle = 60s}, "",
                     host);
    } catch (const std::runtime_error&) {
      continue;  // this machine has no IPv6
    }
    auto others = slow_heads(server->port(), 4, "127.0.0.2");
    const auto slow = slow_heads(server->port(), 30);
    ASSERT_TRUE(eventually([&] {
      const RawClient newcomer(server->port());
      return server->shed() >= 26;
    })) << host;
    for (RawClient& other : others) {
      other.send("calhost\r\n\r\n");
      EXPECT_EQ(other.answer().status, 200) << host;
    }
  }
}

TEST(SlowClients, AreCountedAtTheirSecondHeadToo) {
  LimitedServer server({.slow_per_address = 4, .prompt = 200ms, .head = 60s, .idle = 60s});
  std::vector<RawClient> clients;
  for (int count = 0; count < 20; ++count) {
    clients.emplace_back(server.port());
    EXPECT_EQ(clients.back().get("/metrics").status, 200);
  }
  for (const RawClient& client : clients) client.send("GET / HT");
  EXPECT_TRUE(eventually([&] {
    EXPECT_EQ(RawClient(server.port()).get("/metrics").status, 200);
    return server.open() <= 5;  // the last newcomer has perhaps not left yet
  })) << server.open();
}

TEST(SlowClients, AreCountedWhileTheyDoNotRead) {
  const std::string large(32 * 1024 * 1024, 'x');
  FakeStage stage{
      [&](const weir_http_request*, weir_http_reply* reply) { send_text(reply, large); }};
  LimitedServer server({.slow_per_address = 2, .prompt = 0ms, .idle = 60s, .write = 60s});
  ASSERT_EQ(server.parts().routes.add(&stage, "/large", FakeStage::handle, &stage), "");
  std::vector<RawClient> clients;
  for (int count = 0; count < 6; ++count) {
    clients.emplace_back(server.port());
    clients.back().send("GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n");
  }
  EXPECT_TRUE(eventually([&] {
    EXPECT_EQ(RawClient(server.port()).get("/metrics").status, 200);
    return server.open() == 2;
  })) << server.open();
}

TEST(SlowClients, MakeRoomWhenAllPlacesAreTaken) {
  LimitedServer server({.connections = 8, .head = 60s, .idle = 60s});
  std::list<RawClient> idle;
  for (int count = 0; count < 40; ++count) {
    idle.emplace_back(server.port());
    EXPECT_EQ(idle.back().get("/metrics").status, 200);
  }
  EXPECT_TRUE(idle.front().ends());
  EXPECT_EQ(idle.back().get("/metrics").status, 200) << "the one that rested longest went first";
  EXPECT_TRUE(eventually([&] { return server.open() <= 8; })) << server.open();
}

TEST(SlowClients, AreRefusedAtOnceWhereEverybodyIsBusy) {
  std::promise<void> go_on;
  const std::shared_future<void> gone_on(go_on.get_future());
  std::atomic<int> inside{0};
  FakeStage stage{[&](const weir_http_request*, weir_http_reply* reply) {
    ++inside;
    gone_on.wait();
    send_text(reply, "done");
  }};
  LimitedServer server({.connections = 2, .linger = 100ms});
  ASSERT_EQ(server.parts().routes.add(&stage, "/slow", FakeStage::handle, &stage), "");
  std::vector<RawClient> busy;
  for (int count = 0; count < 2; ++count) {
    busy.emplace_back(server.port());
    busy.back().send("GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n");
  }
  ASSERT_TRUE(eventually([&] { return inside == 2; }));
  const RawAnswer refused = RawClient(server.port()).get("/metrics");
  go_on.set_value();
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.field("retry-after"), "1");
  EXPECT_EQ(refused.field("content-type"), "application/problem+json");
  for (RawClient& client : busy) EXPECT_EQ(client.answer().body, "done");
}

TEST(SlowClients, KeepNobodyWaitingThoughTheyAreAThousand) {
  const int count = raise_open_files() < 8192 ? 100 : 1000;
  const std::string large(4 * 1024 * 1024, 'x');
  FakeStage stage{
      [&](const weir_http_request*, weir_http_reply* reply) { send_text(reply, large); }};
  LimitedServer server({.head = 60s, .idle = 60s, .write = 60s, .linger = 60s});
  ASSERT_EQ(server.parts().routes.add(&stage, "/large", FakeStage::handle, &stage), "");
  const char* const beginnings[] = {
      "", "GET / HTTP/1.1\r\nHost: localhost\r\nX-",
      "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\nx",
      "GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n",
      "GET /none HTTP/1.1\r\nHost: localhost\r\n\r\n"};
  RawClient steady(server.port());
  std::vector<RawClient> slow;
  for (int made = 0; made < count; ++made) {
    slow.emplace_back(server.port());
    slow.back().send(beginnings[made % 5]);
    if (made % 10 == 0) {
      EXPECT_EQ(RawClient(server.port()).get("/metrics").status, 200) << made;
      EXPECT_EQ(steady.get("/metrics").status, 200) << made;
    }
  }
  EXPECT_EQ(RawClient(server.port()).get("/metrics").status, 200);
}

}  // namespace weir::web
