// How all pipelines are, told each second to whoever listens.
#include "fakes.hpp"
#include "raw_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <vector>

namespace weir::web {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class EventsTest : public testing::Test {
 protected:
  EventsTest() { observed.set({snapshot("orders", State::healthy, true)}); }

  FakeObserved observed;
  WebServer server{WebOptions{.port = 0}, observed};
};

TEST_F(EventsTest, TellTheStateEachSecond) {
  RawClient client(server.port());
  const RawAnswer head = client.get("/api/events");
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.field("content-type"), "text/event-stream");
  EXPECT_EQ(head.field("cache-control"), "no-store");
  const std::string first = client.until("]}\n\n");
  EXPECT_THAT(first, StartsWith("retry: 2000\n\nevent: pipelines\nid: 1\ndata: {\"pipelines\":["));
  EXPECT_THAT(first, HasSubstr("\"state\":\"healthy\""));
  observed.set({snapshot("orders", State::failed, false, "why\nnot")});
  const auto before = std::chrono::steady_clock::now();
  const std::string second = client.until("]}\n\n");
  EXPECT_THAT(second, StartsWith("event: pipelines\nid: 2\ndata: {"));
  EXPECT_THAT(second, HasSubstr("why\\nnot"));
  EXPECT_GT(std::chrono::steady_clock::now() - before, std::chrono::milliseconds(300));
}

TEST_F(EventsTest, AreWrittenOnceForAllWhoListen) {
  RawClient one(server.port()), two(server.port());
  one.get("/api/events");
  two.get("/api/events");
  EXPECT_EQ(one.until("]}\n\n"), two.until("]}\n\n"));
  EXPECT_EQ(one.until("]}\n\n"), two.until("]}\n\n"));
}

TEST_F(EventsTest, AreRefusedToOneTooMany) {
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 256; ++i) {
    clients.push_back(std::make_unique<RawClient>(server.port()));
    ASSERT_EQ(clients.back()->get("/api/events").status, 200) << i;
  }
  RawClient late(server.port());
  EXPECT_EQ(late.get("/api/events").status, 503);
}

TEST_F(EventsTest, EndWithTheServer) {
  auto short_lived = std::make_unique<WebServer>(WebOptions{.port = 0}, observed);
  RawClient client(short_lived->port());
  client.get("/api/events");
  client.until("]}\n\n");
  const auto before = std::chrono::steady_clock::now();
  short_lived.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(3));
}

TEST_F(EventsTest, TheFileIsShownAsItWasMade) {
  PipelineSnapshot pipeline = snapshot("orders", State::healthy, true);
  pipeline.file = "pipelines/orders.yaml";
  pipeline.yaml = std::make_shared<const std::string>("pipeline: orders\n");
  observed.set({pipeline, snapshot("bare", State::healthy, true)});
  RawClient client(server.port());
  EXPECT_EQ(client.get("/api/pipelines/orders/file").body,
            R"({"file":"pipelines/orders.yaml","yaml":"pipeline: orders\n"})");
  EXPECT_EQ(client.get("/api/pipelines/bare/file").body, R"({"file":"","yaml":""})");
  EXPECT_EQ(client.get("/api/pipelines/none/file").status, 404);
}

}  // namespace
}  // namespace weir::web
