#include "fakes.hpp"
#include "raw_client.hpp"

#include <gtest/gtest.h>
#include <future>

namespace weir::web {
namespace {

using namespace std::chrono_literals;

class StageRoute : public testing::Test {
 protected:
  FakeObserved observed_;
  WebServer server_{WebOptions{.port = 0}, observed_};
  FakeStage stage_;

  RawClient client() const { return RawClient(server_.port()); }
  void serve(const char* pattern) {
    ASSERT_EQ(server_.add(&stage_, pattern, FakeStage::handle, &stage_), "");
  }
};

}  // namespace

TEST_F(StageRoute, HandsTheStageTheRequest) {
  std::string seen;
  stage_.answer = [&](const weir_http_request* request, weir_http_reply* reply) {
    seen = text(request->method) + "|" + text(request->path) + "|" + text(request->query) + "|" +
           std::to_string(request->parameter_count) + "|" + text(request->parameters[0]) + "|" +
           text(request->header(request, view("X-THING"))) + "|" +
           text(request->header(request, view("X-None"))) + "|" +
           text(request->header(request, view("X-Empty")));
    send_text(reply, "ok");
  };
  serve("/order/{order_uid}");
  EXPECT_EQ(client().get("/order/a%20b?x=%20", "x-thing: 1\r\nX-Empty:\r\n").status, 200);
  EXPECT_EQ(seen, "GET|/order/a b|x=%20|1|a b|1|(absent)|");
  client().get("/order/a");
  EXPECT_EQ(seen, "GET|/order/a|(absent)|1|a|(absent)|(absent)|(absent)");
}

TEST_F(StageRoute, AnswersWithTheStagesBytesAndFields) {
  stage_.answer = [](const weir_http_request*, weir_http_reply* reply) {
    const weir_header fields[] = {{view("Content-Type"), view("application/json")},
                                  {view("Weir-Source"), view("cache")}};
    reply->send(reply, 404, fields, 2, view("{\"a\":1}"));
  };
  serve("/order/{order_uid}");
  const RawAnswer answer = client().get("/order/x");
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.body, "{\"a\":1}");
  EXPECT_EQ(answer.field("content-type"), "application/json");
  EXPECT_EQ(answer.field("weir-source"), "cache");
  EXPECT_EQ(answer.field("content-length"), "7");
  EXPECT_TRUE(answer.field("date").ends_with(" GMT")) << answer.field("date");
}

TEST_F(StageRoute, LeavesTheBodyOutOnHead) {
  stage_.answer = [](const weir_http_request*, weir_http_reply* reply) {
    send_text(reply, "twelve bytes");
  };
  serve("/order/{order_uid}");
  RawClient one = client();
  one.send("HEAD /order/x HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const RawAnswer answer = one.answer(false);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.field("content-length"), "12");
  EXPECT_EQ(one.get("/order/x").body, "twelve bytes") << "the next answer follows the head at once";
}

TEST_F(StageRoute, AnswersForAStageThatDoesNot) {
  const weir_header split{view("X"), view("a\r\nSet-Cookie: b")}, nameless{view("a b"), view("c")};
  const weir_header length{view("content-length"), view("5")};
  const std::vector<std::function<void(const weir_http_request*, weir_http_reply*)>> failures = {
      [](const weir_http_request*, weir_http_reply*) {},
      [](const weir_http_request*, weir_http_reply*) { throw 7; },
      [](const weir_http_request*, weir_http_reply* reply) {
        reply->send(reply, 100, nullptr, 0, view(""));
      },
      [](const weir_http_request*, weir_http_reply* reply) {
        reply->send(reply, 1000, nullptr, 0, view(""));
      },
      [&](const weir_http_request*, weir_http_reply* reply) {
        reply->send(reply, 200, &split, 1, view("x"));
      },
      [&](const weir_http_request*, weir_http_reply* reply) {
        reply->send(reply, 200, &nameless, 1, view("x"));
      },
      [&](const weir_http_request*, weir_http_reply* reply) {
        reply->send(reply, 200, &length, 1, view("x"));
      },
  };
  serve("/fail");
  RawClient one = client();
  for (const auto& failure : failures) {
    stage_.answer = failure;
    const RawAnswer answer = one.get("/fail");
    EXPECT_EQ(answer.status, 500);
    EXPECT_EQ(answer.field("content-type"), "application/problem+json");
  }
  const std::string metrics = one.get("/metrics").body;
  EXPECT_NE(metrics.find("weir_http_failures_total 7\n"), std::string::npos) << metrics;
}

TEST_F(StageRoute, SendsTheFirstOfTwoAnswers) {
  stage_.answer = [](const weir_http_request*, weir_http_reply* reply) {
    send_text(reply, "first");
    send_text(reply, "second");
  };
  serve("/twice");
  RawClient one = client();
  EXPECT_EQ(one.get("/twice").body, "first");
  EXPECT_EQ(one.get("/twice").body, "first");
}

TEST_F(StageRoute, SendsNoBodyWithAStatusThatHasNone) {
  stage_.answer = [](const weir_http_request*, weir_http_reply* reply) {
    reply->send(reply, 204, nullptr, 0, view("x"));
  };
  serve("/none");
  RawClient one = client();
  const RawAnswer answer = one.get("/none");
  EXPECT_EQ(answer.status, 204);
  EXPECT_FALSE(answer.has("content-length"));
  EXPECT_EQ(one.get("/none").status, 204);
}

TEST_F(StageRoute, IsFreeBeforeASlowReaderHasReadItsLargeBody) {
  std::string large(32 * 1024 * 1024, 'x');
  std::promise<void> inside;
  stage_.answer = [&](const weir_http_request*, weir_http_reply* reply) {
    inside.set_value();
    send_text(reply, large);
  };
  serve("/large");
  std::future<void> removed;
  RawClient one = client();
  one.send("GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n");
  inside.get_future().wait();
  removed = std::async(std::launch::async, [&] { server_.remove(&stage_); });
  ASSERT_EQ(removed.wait_for(10s), std::future_status::ready);
  large.assign(large.size(), '?');  // the stage may do so once it is gone
  const RawAnswer answer = one.answer();
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(answer.body == std::string(large.size(), 'x'));
}

TEST_F(StageRoute, IsGoneOnlyWhenItsLastRequestIsAnswered) {
  std::promise<void> inside, go_on;
  stage_.answer = [&](const weir_http_request*, weir_http_reply* reply) {
    inside.set_value();
    go_on.get_future().wait();
    send_text(reply, "late");
  };
  serve("/slow");
  auto answer = std::async(std::launch::async, [&] { return client().get("/slow"); });
  inside.get_future().wait();

  auto removed = std::async(std::launch::async, [&] { server_.remove(&stage_); });
  RawClient other = client();
  const auto deadline = std::chrono::steady_clock::now() + 10s;
  while (other.get("/slow-gone").status != 404 && std::chrono::steady_clock::now() < deadline) {
  }
  EXPECT_EQ(removed.wait_for(100ms), std::future_status::timeout) << "a request is still inside";
  go_on.set_value();
  EXPECT_EQ(answer.get().body, "late");
  EXPECT_EQ(removed.wait_for(10s), std::future_status::ready);
  EXPECT_EQ(other.get("/slow").status, 404);
}

TEST_F(StageRoute, MayComeAndGoWhileClientsAsk) {
  stage_.answer = [](const weir_http_request*, weir_http_reply* reply) {
    send_text(reply, "here");
  };
  std::atomic<bool> done{false};
  std::atomic<int> here{0}, gone{0};
  const auto ask = [&] {
    RawClient one = client();
    while (!done) {
      const int status = one.get("/flicker").status;
      ++(status == 200 ? here : gone);
      EXPECT_TRUE(status == 200 || status == 404 || status == 503) << status;
    }
  };
  auto first = std::async(std::launch::async, ask), second = std::async(std::launch::async, ask);
  const auto deadline = std::chrono::steady_clock::now() + 20s;
  for (int round = 0;
       (round < 200 || here == 0 || gone == 0) && std::chrono::steady_clock::now() < deadline;
       ++round) {
    serve("/flicker");
    server_.remove(&stage_);
  }
  done = true;
  first.get();
  second.get();
  EXPECT_GT(gone, 0);
}

}  // namespace weir::web
