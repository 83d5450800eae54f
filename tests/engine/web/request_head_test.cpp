#include "engine/web/request_head.hpp"

#include <gtest/gtest.h>
#include <random>

namespace weir::web {
namespace {

const std::string host = "Host: localhost\r\n";

std::string get(const std::string& fields) { return "GET / HTTP/1.1\r\n" + fields + "\r\n"; }

/// The status that a head is refused with; 0 where it is read.
int refusal_of(const std::string& bytes) {
  RequestHead head;
  const auto refusal = head.read(bytes);
  if (!refusal) return 0;
  EXPECT_FALSE(refusal->detail.empty());
  return refusal->status;
}

}  // namespace

TEST(RequestHead, ReadsLineAndFields) {
  const std::string bytes =
      "GET /a?b HTTP/1.1\r\nHost: localhost:8081\r\nX-Empty:\r\nx-Two: \t a b \t\r\n\r\n";
  RequestHead head;
  ASSERT_FALSE(head.read(bytes));
  EXPECT_EQ(head.method(), "GET");
  EXPECT_EQ(head.target(), "/a?b");
  EXPECT_EQ(head.host(), "localhost:8081");
  EXPECT_EQ(head.field("X-TWO"), "a b");
  EXPECT_EQ(head.field("X-Empty"), "");
  EXPECT_EQ(head.field("X-Other"), std::nullopt);
  EXPECT_FALSE(head.closes());
  EXPECT_FALSE(head.has_body());
}

TEST(RequestHead, ForgetsTheRequestBefore) {
  const std::string first = get(host + "Connection: close\r\nContent-Length: 5\r\n"),
                    second = get(host);
  RequestHead head;
  ASSERT_FALSE(head.read(first));
  EXPECT_TRUE(head.closes());
  EXPECT_TRUE(head.has_body());
  ASSERT_FALSE(head.read(second));
  EXPECT_FALSE(head.closes());
  EXPECT_FALSE(head.has_body());
  EXPECT_EQ(head.field("Content-Length"), std::nullopt);
}

TEST(RequestHead, TakesTheHostFromAnAbsoluteTarget) {
  const std::string bytes = "GET http://127.0.0.1:1/a HTTP/1.1\r\nHost: other\r\n\r\n";
  const std::string bare = "GET HTTP://localhost HTTP/1.1\r\nHost: other\r\n\r\n";
  RequestHead head;
  ASSERT_FALSE(head.read(bytes));
  EXPECT_EQ(head.host(), "127.0.0.1:1");
  EXPECT_EQ(head.target(), "/a");
  ASSERT_FALSE(head.read(bare));
  EXPECT_EQ(head.host(), "localhost");
  EXPECT_EQ(head.target(), "/");
}

TEST(RequestHead, KnowsWhenTheClientCloses) {
  RequestHead head;
  const std::string old = "GET / HTTP/1.0\r\n" + host + "\r\n",
                    listed = get(host + "Connection: x, CLOSE\r\n");
  ASSERT_FALSE(head.read(old));
  EXPECT_TRUE(head.closes());
  ASSERT_FALSE(head.read(listed));
  EXPECT_TRUE(head.closes());
}

TEST(RequestHead, RefusesFirstLinesThatAreNotExactlyRight) {
  for (const char* line :
       {"", "GET", "GET /", "GET  HTTP/1.1", "/ HTTP/1.1", "GET / HTTP/1.1 x", "GET / http/1.1",
        "G\tET / HTTP/1.1", "GET /\t HTTP/1.1", "GET /a b HTTP/1.1", "GET /\xC3\xBC HTTP/1.1",
        "GET * HTTP/1.1", "GET x HTTP/1.1", "GET localhost:80 HTTP/1.1", "GET /#x HTTP/1.1",
        "GET http://localhost?x HTTP/1.1", "GET /\rX HTTP/1.1", " GET / HTTP/1.1"})
    EXPECT_EQ(refusal_of(std::string(line) + "\r\n" + host + "\r\n"), 400) << line;
  EXPECT_EQ(refusal_of("GET / HTTP/2.0\r\n" + host + "\r\n"), 505);
  EXPECT_EQ(
      refusal_of("GET /" + std::string(longest_target, 'a') + " HTTP/1.1\r\n" + host + "\r\n"),
      414);
}

TEST(RequestHead, RefusesFieldsThatAreNotExactlyRight) {
  for (const char* field : {"NoColon", ": nameless", "Space : x", "Sp ace: x", " folded",
                            "X: a\r b", "X: a\x01", "X: \x7F", "X\xC3\xBC: a"})
    EXPECT_EQ(refusal_of(get(host + field + "\r\n")), 400) << field;
  std::string many = host;
  for (std::size_t count = 0; count < most_fields; ++count) many += "X: y\r\n";
  EXPECT_EQ(refusal_of(get(many)), 431);
}

TEST(RequestHead, RefusesFramingThatCouldBeReadInTwoWays) {
  const std::string ten = "Content-Length: 10\r\n", chunked = "Transfer-Encoding: chunked\r\n";
  for (const std::string& fields :
       {ten + ten, ten + "Content-Length: 11\r\n", ten + chunked, chunked + ten, chunked + chunked,
        std::string("Content-Length: -1\r\n"), std::string("Content-Length: +1\r\n"),
        std::string("Content-Length:\r\n"), std::string("Content-Length: 1, 1\r\n"),
        std::string("Content-Length: 0x1\r\n"), std::string("Content-Length: 1 1\r\n"),
        std::string("Content-Length: 99999999999999999999\r\n")})
    EXPECT_EQ(refusal_of(get(host + fields)), 400) << fields;
  EXPECT_EQ(refusal_of(get(host + "Transfer-Encoding: gzip, chunked\r\n")), 501);
  EXPECT_EQ(refusal_of(get(host + "Transfer-Encoding: xchunked\r\n")), 501);
  EXPECT_EQ(refusal_of("GET / HTTP/1.0\r\n" + host + chunked + "\r\n"), 400);
}

TEST(RequestHead, RefusesNoHostAndTwoHosts) {
  EXPECT_EQ(refusal_of(get("")), 400);
  EXPECT_EQ(refusal_of(get("Host:\r\n")), 400);
  EXPECT_EQ(refusal_of(get(host + host)), 400);
  EXPECT_EQ(refusal_of("GET http:// HTTP/1.1\r\n" + host + "\r\n"), 400);
}

TEST(RequestHead, SurvivesAnyBytes) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const std::string good =
      "GET /a?b HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes = good;
    for (int change = static_cast<int>(random() % 4); change >= 0; --change)
      bytes[random() % bytes.size()] =
          static_cast<char>(random() % 3 ? random() % 256 : good[random() % good.size()]);
    RequestHead head;
    if (!head.read(bytes)) {
      EXPECT_TRUE(head.target().starts_with('/'));
      EXPECT_FALSE(head.host().empty());
    }
  }
}

}  // namespace weir::web
