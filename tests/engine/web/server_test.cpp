#include "engine/web/server.hpp"

#include "fakes.hpp"
#include "raw_client.hpp"

#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/StreamCopier.h>
#include <gtest/gtest.h>
#include <future>

namespace weir::web {
namespace {

using namespace std::chrono_literals;

std::string poco_get(Poco::Net::HTTPClientSession& session, const std::string& path, int& status) {
  Poco::Net::HTTPRequest request("GET", path, "HTTP/1.1");
  session.sendRequest(request);
  Poco::Net::HTTPResponse response;
  std::string body;
  Poco::StreamCopier::copyToString(session.receiveResponse(response), body);
  status = response.getStatus();
  return body;
}

std::string error_of(const WebOptions& options) {
  const FakeObserved observed;
  try {
    const WebServer server(options, observed);
    return "";
  } catch (const std::runtime_error& error) {
    return error.what();
  }
}

}  // namespace

TEST(WebServer, ServesManyRequestsOnOneConnection) {
  const FakeObserved observed;
  WebServer server({.port = 0}, observed);
  FakeStage stage{[](const weir_http_request* request, weir_http_reply* reply) {
    send_text(reply, text(request->path));
  }};
  ASSERT_EQ(server.add(&stage, "/order/{id}", FakeStage::handle, &stage), "");
  Poco::Net::HTTPClientSession session("localhost", server.port());
  session.setHost("127.0.0.1");
  session.setKeepAlive(true);
  for (int round = 0; round < 100; ++round) {
    int status = 0;
    const std::string path = "/order/" + std::to_string(round);
    EXPECT_EQ(poco_get(session, path, status), path);
    EXPECT_EQ(status, 200);
    EXPECT_TRUE(session.connected());
  }
  const std::string metrics = RawClient(server.port()).get("/metrics").body;
  EXPECT_NE(metrics.find("weir_http_answers_total{class=\"2xx\"} 100\n"), std::string::npos)
      << metrics;
}

TEST(WebServer, AnswersRequestsThatCameTogetherInTheirOrder) {
  const FakeObserved observed;
  const WebServer server({.port = 0}, observed);
  RawClient client(server.port());
  const std::string fields = " HTTP/1.1\r\nHost: localhost\r\n\r\n";
  client.send("GET /metrics" + fields + "HEAD /metrics" + fields + "\r\nGET /none" + fields +
              "GET /metr");
  EXPECT_EQ(client.answer().status, 200);
  EXPECT_EQ(client.answer(false).status, 200);
  EXPECT_EQ(client.answer().status, 404);
  client.send("ics" + fields);
  EXPECT_EQ(client.answer().status, 200);
}

TEST(WebServer, ClosesWhenTheClientWantsIt) {
  const FakeObserved observed;
  const WebServer server({.port = 0}, observed);
  RawClient modern(server.port()), old(server.port());
  const RawAnswer answer = modern.get("/metrics", "Connection: close\r\n");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.field("connection"), "close");
  EXPECT_TRUE(modern.ends());
  old.send("GET /metrics HTTP/1.0\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(old.answer().status, 200);
  EXPECT_TRUE(old.ends());
}

TEST(WebServer, PutsTheSecurityFieldsOnEveryAnswer) {
  const FakeObserved observed;
  TemporaryFolder page;
  page.write("index.html", "<p>");
  const WebServer server({.port = 0, .page = page.path()}, observed);
  const std::string tag = RawClient(server.port()).get("/").field("etag");
  const std::string host = "Host: localhost\r\n";
  for (const std::string& request :
       {"GET / HTTP/1.1\r\n" + host, "GET / HTTP/1.1\r\nIf-None-Match: " + tag + "\r\n" + host,
        "GET /none HTTP/1.1\r\n" + host, "POST / HTTP/1.1\r\n" + host,
        "GET /%00 HTTP/1.1\r\n" + host, std::string("GET / HTTP/1.1\r\nHost: evil.example\r\n"),
        "GET /readyz HTTP/1.1\r\n" + host, "GET /api/pipelines HTTP/1.1\r\n" + host,
        std::string("nonsense\r\n"), std::string("GET / HTTP/1.1\n")}) {
    RawClient client(server.port());
    client.send(request + "\r\n");
    const RawAnswer answer = client.answer();
    EXPECT_EQ(answer.field("x-content-type-options"), "nosniff") << request;
    EXPECT_EQ(answer.field("referrer-policy"), "no-referrer") << request;
    EXPECT_EQ(answer.field("x-frame-options"), "DENY") << request;
    EXPECT_EQ(answer.field("cross-origin-resource-policy"), "same-origin") << request;
    EXPECT_EQ(answer.field("cross-origin-opener-policy"), "same-origin") << request;
    EXPECT_EQ(answer.field("cross-origin-embedder-policy"), "require-corp") << request;
    const std::string policy = answer.field("content-security-policy");
    for (const char* rule :
         {"default-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"})
      EXPECT_NE(policy.find(rule), std::string::npos) << request << policy;
    EXPECT_EQ(policy.find("unsafe-"), std::string::npos);
    EXPECT_EQ(policy.find('*'), std::string::npos);
  }
}

TEST(WebServer, SaysWhichAddressIsTakenAndWhatToDo) {
  const FakeObserved observed;
  const WebServer server({.port = 0}, observed);
  const std::string error = error_of({.port = server.port()});
  EXPECT_NE(error.find("127.0.0.1:" + std::to_string(server.port())), std::string::npos) << error;
  EXPECT_NE(error.find("already in use"), std::string::npos) << error;
  EXPECT_NE(error.find("choose another one"), std::string::npos) << error;
}

TEST(WebServer, RefusesAnAddressOfAnotherMachineAndAPageThatIsNotThere) {
  EXPECT_NE(error_of({.host = "192.0.2.1", .port = 0}).find("192.0.2.1:0"), std::string::npos);
  EXPECT_NE(error_of({.port = 0, .page = "/nowhere/at/all"}).find("/nowhere/at/all"),
            std::string::npos);
}

TEST(WebServer, ServesIpv6) {
  const FakeObserved observed;
  std::unique_ptr<WebServer> server;
  try {
    server = std::make_unique<WebServer>(WebOptions{.host = "::1", .port = 0}, observed);
  } catch (const std::runtime_error& error) {
    GTEST_SKIP() << "this machine has no IPv6: " << error.what();
  }
  Poco::Net::HTTPClientSession session("::1", server->port());
  int status = 0;
  poco_get(session, "/metrics", status);
  EXPECT_EQ(status, 200);
}

TEST(WebServer, StopsSoonWithConnectionsOpen) {
  const FakeObserved observed;
  auto server = std::make_unique<WebServer>(WebOptions{.port = 0}, observed);
  std::vector<RawClient> clients;
  for (int count = 0; count < 50; ++count) {
    clients.emplace_back(server->port());
    if (count % 2) clients.back().send("GET / HT");
  }
  const auto deadline = std::chrono::steady_clock::now() + 10s;
  const auto all_are_served = [&] {
    return clients.front().get("/metrics").body.find("weir_http_connections 50\n") !=
           std::string::npos;
  };
  while (!all_are_served()) ASSERT_LT(std::chrono::steady_clock::now(), deadline);
  auto stopped = std::async(std::launch::async, [&] { server.reset(); });
  ASSERT_EQ(stopped.wait_for(2s), std::future_status::ready);
  for (RawClient& client : clients) EXPECT_TRUE(client.ends());
}

TEST(WebServer, AnswersTheRequestAtHandBeforeItStops) {
  const FakeObserved observed;
  auto server = std::make_unique<WebServer>(WebOptions{.port = 0}, observed);
  std::promise<void> inside, go_on;
  FakeStage stage{[&](const weir_http_request*, weir_http_reply* reply) {
    inside.set_value();
    go_on.get_future().wait();
    send_text(reply, "done");
  }};
  ASSERT_EQ(server->add(&stage, "/slow", FakeStage::handle, &stage), "");
  RawClient idle(server->port());
  EXPECT_EQ(idle.get("/metrics").status, 200);
  RawClient busy(server->port());
  busy.send("GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n");
  inside.get_future().wait();
  auto stopped = std::async(std::launch::async, [&] { server.reset(); });
  EXPECT_TRUE(idle.ends()) << "so the server has begun to stop";
  go_on.set_value();
  EXPECT_EQ(busy.answer().body, "done");
  EXPECT_TRUE(busy.ends());
  EXPECT_EQ(stopped.wait_for(5s), std::future_status::ready);
}

}  // namespace weir::web
