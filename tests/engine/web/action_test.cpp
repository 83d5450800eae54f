#include "limited_server.hpp"
#include "raw_client.hpp"

#include <gtest/gtest.h>

namespace weir::web {
namespace {

using namespace std::chrono_literals;

const std::string token = "a-token-of-the-tests";

/// A server with an action that echoes its body.
class ActionRoute : public testing::Test {
 protected:
  ActionRoute() {
    server_.parts().actions.add("/api/echo", [this](const Target&, std::string_view body) {
      bodies_.emplace_back(body);
      if (body == "\"break\"") throw std::runtime_error("broken");
      return json_reply(std::string(body));
    });
  }

  static std::string head(std::size_t bytes, const std::string& fields = "") {
    return "POST /api/echo HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
           "Authorization: Bearer " +
           token + "\r\nContent-Length: " + std::to_string(bytes) + "\r\n" + fields + "\r\n";
  }

  std::vector<std::string> bodies_;
  LimitedServer server_{{.body = 300ms, .linger = 100ms}, token};
  RawClient client_{server_.port()};
};

}  // namespace

TEST_F(ActionRoute, IsGivenTheWholeBodyAndNothingOfTheNextRequest) {
  client_.send(head(7) + "{\"a\":1}" + head(2) + "[]GET /metrics HTTP/1.1\r\nHost: localhost\r\n");
  EXPECT_EQ(client_.answer().body, "{\"a\":1}");
  EXPECT_EQ(client_.answer().body, "[]");
  client_.send("\r\n");
  EXPECT_EQ(client_.answer().field("content-type"), "text/plain; version=0.0.4; charset=utf-8");
}

TEST_F(ActionRoute, IsGivenABodyThatComesInPieces) {
  const std::string body = '"' + std::string(60'000, 'x') + '"';
  client_.send(head(body.size()) + body.substr(0, 5));
  client_.send(body.substr(5, 30'000));
  client_.send(body.substr(30'005));
  EXPECT_EQ(client_.answer().body, body);
  client_.send(head(0));
  EXPECT_EQ(client_.answer().body, "");
}

TEST_F(ActionRoute, TellsAClientThatWaitsToGoOn) {
  client_.send(head(2, "Expect: 100-continue\r\n"));
  EXPECT_EQ(client_.interim(), "HTTP/1.1 100 Continue\r\n\r\n");
  client_.send("{}");
  EXPECT_EQ(client_.answer().body, "{}");
  client_.send(head(2, "Expect: more\r\n") + "{}");
  EXPECT_EQ(client_.answer().status, 417);
  EXPECT_TRUE(client_.ends());
}

TEST_F(ActionRoute, IsNotReachedByABodyThatTrickles) {
  client_.send(head(20) + "{\"a\"");
  const RawAnswer answer = client_.answer();
  EXPECT_EQ(answer.status, 408);
  EXPECT_TRUE(client_.ends());
  EXPECT_TRUE(bodies_.empty());
}

TEST_F(ActionRoute, IsNotReachedPastTheGuard) {
  const std::string host = " /api/echo HTTP/1.1\r\nHost: localhost\r\n",
                    length = "Content-Length: 2\r\n", json = "Content-Type: application/json\r\n",
                    bearer = "Authorization: Bearer " + token + "\r\n";
  const std::pair<std::string, int> requests[] = {
      {"GET" + host, 405},
      {"PUT" + host + length + json + bearer, 405},
      {"POST" + host + length + json, 401},
      {"POST" + host + length + bearer, 415},
      {"POST" + host + json + bearer, 411},
      {"POST" + host + length + json + bearer + "Origin: http://evil.example\r\n", 403},
      {"POST /api/echo HTTP/1.1\r\nHost: evil.example\r\n" + length + json + bearer, 421},
      {"POST /api/other HTTP/1.1\r\nHost: localhost\r\n" + length + json + bearer, 405},
  };
  for (const auto& [request, status] : requests) {
    RawClient client(server_.port());
    client.send(request + "\r\n{}");
    const RawAnswer answer = client.answer();
    EXPECT_EQ(answer.status, status) << request;
    EXPECT_EQ(answer.field("content-type"), "application/problem+json") << request;
    EXPECT_EQ(answer.body.find(token), std::string::npos) << answer.body;
    EXPECT_EQ(answer.has("www-authenticate"), status == 401) << request;
    EXPECT_TRUE(client.ends()) << "what was not read is never the next request: " << request;
  }
  EXPECT_TRUE(bodies_.empty());
}

TEST_F(ActionRoute, SaysWhichMethodItServes) {
  EXPECT_EQ(client_.get("/api/echo").field("allow"), "POST");
}

TEST_F(ActionRoute, MayThrow) {
  client_.send(head(7) + "\"break\"");
  EXPECT_EQ(client_.answer().status, 500);
  client_.send(head(2) + "{}");
  EXPECT_EQ(client_.answer().status, 200);
}

}  // namespace weir::web
