#include "fakes.hpp"
#include "raw_client.hpp"

#include <gtest/gtest.h>
#include <random>

namespace weir::web {
namespace {

class HostileClient : public testing::Test {
 protected:
  FakeObserved observed_;
  WebServer server_{WebOptions{.port = 0}, observed_};

  /// Sends the bytes and returns the status of the one answer, after which the connection must end.
  int sole_answer(const std::string& bytes) const {
    RawClient client(server_.port());
    client.send(bytes);
    const RawAnswer answer = client.answer();
    EXPECT_EQ(answer.field("connection"), "close") << bytes.substr(0, 100);
    EXPECT_EQ(answer.field("content-type"), "application/problem+json") << bytes.substr(0, 100);
    EXPECT_TRUE(client.ends()) << bytes.substr(0, 100);
    return answer.status;
  }
};

const std::string good = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n";

}  // namespace

TEST_F(HostileClient, IsRefusedOnceAndHungUpOn) {
  const std::string smuggled = "\r\n\r\nGET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n";
  EXPECT_EQ(sole_answer("GET /metrics HTTP/1.1\nHost: localhost\n\n"), 400);
  EXPECT_EQ(sole_answer("\n"), 400);
  EXPECT_EQ(sole_answer(good + "X: a\nY: b\r\n\r\n"), 400);
  EXPECT_EQ(sole_answer(good + std::string("X: a\0b\r\n\r\n", 11)), 400);
  EXPECT_EQ(sole_answer(std::string("\x16\x03\x01\x00\xA5", 5)), 400) << "a TLS hello";
  EXPECT_EQ(sole_answer("GET /%00 HTTP/1.1\r\nHost: localhost\r\n\r\n"), 400);
  EXPECT_EQ(sole_answer("GET /metrics HTTP/1.1\r\n\r\n"), 400) << "no host";
  EXPECT_EQ(sole_answer("GET /metrics HTTP/1.1\r\nHost: evil.example\r\n\r\n"), 421);
  EXPECT_EQ(sole_answer("GET /metrics HTTP/3.0\r\nHost: localhost\r\n\r\n"), 505);
  EXPECT_EQ(sole_answer(good + "Content-Length: 5" + smuggled), 413);
  EXPECT_EQ(sole_answer(good + "Content-Length: -1" + smuggled), 400);
  EXPECT_EQ(sole_answer(good + "Content-Length: 0\r\nContent-Length: 5" + smuggled), 400);
  EXPECT_EQ(sole_answer(good + "Transfer-Encoding: chunked\r\n\r\n0" + smuggled), 413);
  EXPECT_EQ(
      sole_answer(good + "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0" + smuggled),
      400);
  EXPECT_EQ(sole_answer("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 70000\r\n\r\n" +
                        std::string(70'000, 'x')),
            405);
}

TEST_F(HostileClient, CannotSmuggleASecondRequest) {
  const std::string second = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n";
  const std::pair<const char*, int> framings[] = {
      {"Content-Length: 0\r\nContent-Length: 0", 400},
      {"Content-Length: 0, 0", 400},
      {"Content-Length: +5", 400},
      {"Content-Length: 0x5", 400},
      {"Content-Length: 5 ", 413},
      {"Content-Length: 5;", 400},
      {"Content-Length: 00000000000000000005", 400},
      {"Content-Length: 18446744073709551616", 400},
      {"Content-Length: 999999999999999999", 413},
      {"Content-Length : 5", 400},
      {"Content-Length\t: 5", 400},
      {"\tContent-Length: 5", 400},
      {" Content-Length: 5", 400},
      {"X: y\r\n Content-Length: 5", 400},
      {"Content-Length:\r\n 5", 400},
      {"Content-Length: 5\r\n\t6", 400},
      {"Content-Length: \x0B"
       "5",
       400},
      {"X: y\rContent-Length: 5", 400},
      {"Transfer-Encoding: chunked\r\nContent-Length: 5", 400},
      {"Content-Length: 5\r\nTransfer-Encoding: chunked", 400},
      {"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", 400},
      {"Transfer-Encoding: chunked, identity", 501},
      {"Transfer-Encoding: identity", 501},
      {"Transfer-Encoding: \"chunked\"", 501},
      {"Transfer-Encoding: chunked;x", 501},
      {"Transfer-Encoding:", 501},
      {"Transfer-Encoding : chunked", 400},
      {"Transfer-Encoding: x\r\n chunked", 400},
      {"Transfer-Encoding:\tCHUNKED", 413},
      {"Host: localhost", 400},
      {"Host: evil.example", 400},
  };
  for (const auto& [framing, status] : framings)
    EXPECT_EQ(sole_answer(good + framing + "\r\n\r\n0\r\n\r\n" + second), status) << framing;
}

TEST_F(HostileClient, IsAnsweredOnceInOtherTonguesToo) {
  EXPECT_EQ(sole_answer("GET /metrics\r\n\r\n"), 400) << "HTTP/0.9";
  EXPECT_EQ(sole_answer("GET /metrics HTTP/1.0\r\n\r\n"), 400) << "HTTP/1.0 without a host";
  EXPECT_EQ(sole_answer("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 505);
  EXPECT_EQ(sole_answer("CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n"), 400);
  EXPECT_EQ(sole_answer("OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n"), 400);
  EXPECT_EQ(sole_answer("get /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"), 405);
  EXPECT_EQ(sole_answer("GeT /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"), 405);
  EXPECT_EQ(sole_answer("GET /metrics HTTP/1.1 \r\nHost: localhost\r\n\r\n"), 400);
  EXPECT_EQ(sole_answer("GET\t/metrics\tHTTP/1.1\r\nHost: localhost\r\n\r\n"), 400);
  EXPECT_EQ(sole_answer("GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\n\r\n"), 421);
  EXPECT_EQ(sole_answer("GET https://localhost/ HTTP/1.1\r\nHost: localhost\r\n\r\n"), 400);
  EXPECT_EQ(sole_answer("GET http://user@localhost/ HTTP/1.1\r\nHost: localhost\r\n\r\n"), 421);
}

TEST_F(HostileClient, MayAskAsAProxyIsAsked) {
  RawClient client(server_.port());
  client.send("GET http://localhost/metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(client.answer().status, 200);
  EXPECT_EQ(client.get("/metrics").status, 200);
}

TEST_F(HostileClient, CannotSendAHeadOverTheLimit) {
  EXPECT_EQ(sole_answer(good + "X: " + std::string(200'000, 'x')), 431);
  EXPECT_EQ(sole_answer("GET /" + std::string(200'000, 'x')), 414);
  std::string many = good;
  for (int count = 0; count < 200; ++count) many += "X: y\r\n";
  EXPECT_EQ(sole_answer(many + "\r\n"), 431);
}

TEST_F(HostileClient, MaySendAHeadOfExactlyTheLimit) {
  const std::string start = good + "X: ";
  RawClient client(server_.port());
  client.send(start + std::string(16 * 1024 - start.size() - 4, 'x') + "\r\n\r\n");
  EXPECT_EQ(client.answer().status, 200);
  EXPECT_EQ(sole_answer(start + std::string(16 * 1024 - start.size() - 3, 'x') + "\r\n\r\n"), 431);
}

TEST_F(HostileClient, MaySendZeroLength) {
  EXPECT_EQ(RawClient(server_.port()).get("/metrics", "Content-Length: 0\r\n").status, 200);
}

TEST_F(HostileClient, IsHeardOutForAWhileAfterARefusal) {
  RawClient client(server_.port());
  client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 70000\r\n\r\n" +
              std::string(60'000, 'x'));
  EXPECT_EQ(client.answer().status, 405);
  EXPECT_TRUE(client.ends());
  client.send(std::string(10'000, 'x'));
  EXPECT_FALSE(client.is_reset());
}

TEST_F(HostileClient, GetsTheBodyOfARefusalAfterAHead) {
  RawClient client(server_.port());
  client.send("HEAD /metrics HTTP/1.1\r\nHost: localhost\r\n\r\nnonsense\n");
  EXPECT_EQ(client.answer(false).status, 200);
  EXPECT_NE(client.answer().body.find("CRLF"), std::string::npos);
}

TEST_F(HostileClient, IsHeardByteByByte) {
  RawClient client(server_.port());
  for (const char c : good + "\r\n") client.send({&c, 1});
  EXPECT_EQ(client.answer().status, 200);
}

TEST_F(HostileClient, MayLeaveAtAnyTime) {
  const std::string whole = good + "\r\n";
  for (std::size_t size = 0; size <= whole.size(); ++size)
    RawClient(server_.port()).send(whole.substr(0, size));
  EXPECT_EQ(RawClient(server_.port()).get("/metrics").status, 200);
}

TEST_F(HostileClient, MaySendAnyBytes) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int round = 0; round < 300; ++round) {
    std::string bytes = good + "Content-Length: 0\r\n\r\n";
    for (int change = 0; change < 3; ++change)
      bytes[random() % bytes.size()] = static_cast<char>(random() % 256);
    RawClient client(server_.port());
    client.send(bytes);
    client.finish_sending();
    try {
      const int status = client.answer().status;
      EXPECT_TRUE(status == 200 || (status >= 400 && status < 500) || status == 505 ||
                  status == 501)
          << status << bytes;
    } catch (const std::runtime_error&) {  // the change took the end of the head away
    }
  }
  EXPECT_EQ(RawClient(server_.port()).get("/metrics").status, 200);
}

}  // namespace weir::web
