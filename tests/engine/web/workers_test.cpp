#include "../eventually.hpp"
#include "limited_server.hpp"
#include "raw_client.hpp"

#include <gtest/gtest.h>
#include <atomic>
#include <list>
#include <thread>
#include <vector>

namespace weir::web {
namespace {

using namespace std::chrono_literals;

const std::string get_slow = "GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n";

/// A handler that stays inside its requests until it is told to go on.
class SlowStage {
 public:
  void hold() { held_ = true; }
  void go_on() {
    held_ = false;
    held_.notify_all();
  }
  int inside() const { return inside_; }
  FakeStage& stage() { return stage_; }

 private:
  std::atomic<bool> held_{false};
  std::atomic<int> inside_{0};
  FakeStage stage_{[this](const weir_http_request*, weir_http_reply* reply) {
    ++inside_;
    held_.wait(true);
    --inside_;
    send_text(reply, "done");
  }};
};

}  // namespace

TEST(Workers, AreReplacedWhileTheyStayInsideARequest) {
  SlowStage slow;
  LimitedServer server({.idle = 60s});
  ASSERT_EQ(server.parts().routes.add(&slow.stage(), "/slow", FakeStage::handle, &slow.stage()),
            "");
  RawClient kept(server.port());
  for (int round = 0; round < 3; ++round) {
    slow.hold();
    std::list<RawClient> waiting;
    for (int count = 0; count < 100; ++count) {
      waiting.emplace_back(server.port());
      waiting.back().send(get_slow);
    }
    EXPECT_EQ(kept.get("/metrics").status, 200);
    EXPECT_EQ(RawClient(server.port()).get("/metrics").status, 200);
    EXPECT_TRUE(eventually([&] { return slow.inside() == 100; })) << slow.inside();
    slow.go_on();
    for (RawClient& client : waiting) EXPECT_EQ(client.answer().body, "done");
  }
}

TEST(Workers, ServeFarMoreConnectionsThanTheyAre) {
  SlowStage stage;
  LimitedServer server({.idle = 60s});
  ASSERT_EQ(server.parts().routes.add(&stage.stage(), "/slow", FakeStage::handle, &stage.stage()),
            "");
  std::vector<std::jthread> asking;
  for (int thread = 0; thread < 4; ++thread)
    asking.emplace_back([&] {
      std::list<RawClient> clients;
      for (int count = 0; count < 50; ++count) clients.emplace_back(server.port());
      for (int round = 0; round < 20; ++round) {
        for (RawClient& client : clients) client.send(get_slow + (round % 2 ? get_slow : ""));
        for (RawClient& client : clients)
          for (int answer = 0; answer <= round % 2; ++answer)
            EXPECT_EQ(client.answer().body, "done");
      }
    });
  asking.clear();
  EXPECT_EQ(server.shed(), 0u);
}

TEST(Workers, LetConnectionsGoThatWaitWhenTheServerStops) {
  std::list<RawClient> clients;
  {
    LimitedServer server({.head = 60s, .idle = 60s});
    for (int count = 0; count < 20; ++count) {
      clients.emplace_back(server.port());
      if (count % 3 == 0) {
        EXPECT_EQ(clients.back().get("/metrics").status, 200);
      }
      if (count % 3 == 1) clients.back().send("GET /metr");
    }
    ASSERT_TRUE(eventually([&] { return server.open() == 20; }));
  }
  for (RawClient& client : clients) EXPECT_TRUE(client.ends());
}

}  // namespace weir::web
