#include "engine/web/request_guard.hpp"

#include <gtest/gtest.h>

namespace weir::web {
namespace {

int verdict(const RequestGuard& guard, const std::string& host, const std::string& method = "GET",
            const std::string& fields = "") {
  const std::string bytes = method + " / HTTP/1.1\r\nHost: " + host + "\r\n" + fields + "\r\n";
  RequestHead head;
  if (head.read(bytes)) return -1;
  const auto refusal = guard.check(head);
  return refusal ? refusal->status : 0;
}

}  // namespace

TEST(RequestGuard, AnswersForLoopbacksNamesWithAnyPort) {
  const RequestGuard guard(true, "127.0.0.1");
  for (const char* host : {"localhost", "LOCALHOST:8081", "127.0.0.1", "127.0.0.1:1", "[::1]",
                           "[::1]:8081", "localhost:"})
    EXPECT_EQ(verdict(guard, host), 0) << host;
}

TEST(RequestGuard, RefusesForeignNamesOnLoopback) {
  const RequestGuard guard(true, "127.0.0.1");
  for (const char* host :
       {"evil.example", "localhost.evil.example", "evil.example:8081", "127.0.0.1.evil.example",
        "127.0.0.2", "localhost:80x", "localhost:123456", "[::1", "[::1]x", "[::1]:x", "::1",
        "user@localhost", ":80"})
    EXPECT_EQ(verdict(guard, host), 421) << host;
}

TEST(RequestGuard, AnswersForTheAddressThatItIsBoundTo) {
  EXPECT_EQ(verdict(RequestGuard(true, "127.0.0.2"), "127.0.0.2:8081"), 0);
}

TEST(RequestGuard, AcceptsAnyHostWhenBoundElsewhere) {
  const RequestGuard guard(false, "0.0.0.0");
  EXPECT_EQ(verdict(guard, "orders.example:8081"), 0);
  EXPECT_EQ(verdict(guard, ":80"), 421);
}

TEST(RequestGuard, ServesGetAndHeadOnly) {
  const RequestGuard guard(true, "127.0.0.1");
  EXPECT_EQ(verdict(guard, "localhost", "HEAD"), 0);
  for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "get", "GETS"})
    EXPECT_EQ(verdict(guard, "localhost", method), 405) << method;
}

TEST(RequestGuard, RefusesBodies) {
  const RequestGuard guard(true, "127.0.0.1");
  EXPECT_EQ(verdict(guard, "localhost", "GET", "Content-Length: 0\r\n"), 0);
  EXPECT_EQ(verdict(guard, "localhost", "GET", "Content-Length: 1\r\n"), 413);
  EXPECT_EQ(verdict(guard, "localhost", "HEAD", "Transfer-Encoding: chunked\r\n"), 413);
}

}  // namespace weir::web
