// A tap as its client sees it: server-sent events, for as long as it listens.
#include "../eventually.hpp"
#include "fakes.hpp"
#include "raw_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::web {
namespace {

using testing::HasSubstr;

const std::string path = "/api/pipelines/orders/stages/two%20words/tap";

class TapStream : public testing::Test {
 protected:
  TapStream() { observed.set({snapshot("orders", State::healthy, true)}); }

  static weir_message message(std::string_view key, std::string_view value) {
    weir_message made{};
    made.key = view(key);
    made.value = view(value);
    return made;
  }
  void pass(const std::vector<weir_message>& messages) {
    observed.taps.show({.origin = "c/orders/0", .given = messages});
  }

  FakeObserved observed;
  WebServer server{WebOptions{.port = 0}, observed};
};

TEST_F(TapStream, SendsWhatPassesAndHowMuchWasSkipped) {
  RawClient client(server.port());
  const RawAnswer head = client.get(path);
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.field("content-type"), "text/event-stream");
  EXPECT_EQ(head.field("cache-control"), "no-store");
  EXPECT_EQ(head.field("connection"), "close");
  EXPECT_FALSE(head.has("content-length"));
  pass({message("k\xff", "line\nand \xe2\x82")});
  EXPECT_EQ(
      client.until("}\n\n"),
      "retry: 2000\n\n: alive\n\n"
      R"(event: message)"
      "\n"
      R"(data: {"origin":"c/orders/0","position":0,"time":"1970-01-01T00:00:00.000000Z","key":"k�",)"
      R"("value":"line\nand ��","value_bytes":11,"truncated":false,"headers":[],"fate":"passed",)"
      R"("code":null,"reason":null,"pointer":null,"edited":null})"
      "\n\n");
  pass(std::vector<weir_message>(500, message("k", "v")));
  // Of 500, and one before: 200 a second.
  EXPECT_THAT(client.until("\"count\":30"), HasSubstr("event: skipped\ndata: {\"count\":30"));
}

TEST_F(TapStream, SendsOnlyWhatFitsTheFilter) {
  RawClient client(server.port());
  client.get(path + "?filter=a%20needle");
  pass({message("one", "x"), message("two", "has a needle"), message("three", "x")});
  const std::string seen = client.until("}\n\n");
  EXPECT_THAT(seen, HasSubstr("\"key\":\"two\""));
  EXPECT_THAT(seen, testing::Not(HasSubstr("one")));
}

TEST_F(TapStream, SeveralWatchAtOnceAndNobodyIsWatchingOnceTheyAreGone) {
  {
    RawClient one(server.port()), two(server.port());
    one.get(path);
    two.get(path);
    pass({message("k", "v")});
    EXPECT_THAT(one.until("}\n\n"), HasSubstr("event: message"));
    EXPECT_THAT(two.until("}\n\n"), HasSubstr("event: message"));
    EXPECT_TRUE(observed.taps.watched());
  }
  EXPECT_TRUE(eventually([&] { return !observed.taps.watched(); }, std::chrono::seconds(10)));
}

TEST_F(TapStream, EndsWithThePipeline) {
  RawClient client(server.port());
  client.get(path);
  client.until(": alive\n\n");
  observed.taps.end();
  EXPECT_TRUE(client.ends());
  EXPECT_EQ(RawClient(server.port()).get(path).status, 503);
}

TEST_F(TapStream, EndsAtOnceWithTheServer) {
  auto own = std::make_unique<WebServer>(WebOptions{.port = 0}, observed);
  RawClient client(own->port());
  client.get(path);
  client.until(": alive\n\n");
  own.reset();
  EXPECT_TRUE(client.ends());
  EXPECT_FALSE(observed.taps.watched());
}

TEST_F(TapStream, AClientThatDoesNotReadHoldsNobodyUp) {
  RawClient client(server.port());
  client.get(path);
  const std::string large(60'000, 'x');
  const std::vector<weir_message> many(200, message("k", large));
  for (int i = 0; i < 20; ++i) pass(many);  // comes back, however much there is
  RawClient other(server.port());
  EXPECT_EQ(other.get("/healthz").status, 200);
}

TEST_F(TapStream, RefusesWhatCannotBeWatched) {
  RawClient client(server.port());
  EXPECT_EQ(client.get("/api/pipelines/none/stages/two%20words/tap").status, 404);
  EXPECT_EQ(client.get("/api/pipelines/orders/stages/none/tap").status, 404);
  EXPECT_EQ(client.get(path + "?filter=%").status, 400);
  EXPECT_EQ(client.get(path + "?filter=" + std::string(257, 'x')).status, 400);
  client.send("HEAD " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(client.answer(false).status, 200);
  EXPECT_TRUE(client.ends());
}

}  // namespace
}  // namespace weir::web
