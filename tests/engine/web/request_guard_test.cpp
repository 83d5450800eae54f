#include "engine/web/request_guard.hpp"

#include <gtest/gtest.h>

namespace weir::web {
namespace {

const RequestGuard loopback({.bound_to = "127.0.0.1"});
const RequestGuard open({.loopback = false, .bound_to = "0.0.0.0"});
const std::string token = "0123456789abcdef";

/// The status that a check refuses a request with; 0 where it lets it through.
template <typename Check>
int verdict(const std::string& bytes, Check check) {
  RequestHead head;
  if (head.read(bytes)) return -1;
  const auto refusal = check(head);
  return refusal ? refusal->status : 0;
}

int host(const RequestGuard& guard, const std::string& host) {
  return verdict("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n",
                 [&](const RequestHead& head) { return guard.check_host(head); });
}

int read(const std::string& method, const std::string& fields = "") {
  return verdict(method + " / HTTP/1.1\r\nHost: localhost\r\n" + fields + "\r\n",
                 RequestGuard::check_read);
}

const std::string json = "Content-Type: application/json\r\n", two = "Content-Length: 2\r\n";

int change(const RequestGuard& guard, const std::string& fields,
           const std::string& method = "POST") {
  return verdict(method + " / HTTP/1.1\r\nHost: localhost:8081\r\n" + fields + "\r\n",
                 [&](const RequestHead& head) { return guard.check_change(head); });
}

}  // namespace

TEST(RequestGuard, AnswersForLoopbacksNamesWithAnyPort) {
  for (const char* name : {"localhost", "LOCALHOST:8081", "127.0.0.1", "127.0.0.1:1", "[::1]",
                           "[::1]:8081", "localhost:"})
    EXPECT_EQ(host(loopback, name), 0) << name;
}

TEST(RequestGuard, RefusesForeignNamesOnLoopback) {
  for (const char* name :
       {"evil.example", "localhost.evil.example", "evil.example:8081", "127.0.0.1.evil.example",
        "127.0.0.2", "localhost:80x", "localhost:123456", "[::1", "[::1]x", "[::1]:x", "::1",
        "user@localhost", ":80", "weir", "localhost."})
    EXPECT_EQ(host(loopback, name), 421) << name;
}

TEST(RequestGuard, AnswersForTheAddressThatItIsBoundTo) {
  EXPECT_EQ(host(RequestGuard({.bound_to = "127.0.0.2"}), "127.0.0.2:8081"), 0);
}

TEST(RequestGuard, AnswersForTheNamesInItsList) {
  const RequestGuard guard({.bound_to = "127.0.0.1", .hosts = {"orders.example", "[fd00::1]"}});
  for (const char* name : {"orders.example", "Orders.Example:443", "[fd00::1]:8081", "localhost"})
    EXPECT_EQ(host(guard, name), 0) << name;
  for (const char* name : {"example", "x.orders.example", "orders.example.evil.example"})
    EXPECT_EQ(host(guard, name), 421) << name;
}

TEST(RequestGuard, AnswersBeyondLoopbackForWhatNoForeignPageCanBeCalled) {
  for (const char* name : {"192.0.2.7:8081", "[2001:db8::1]", "weir", "weir-0:8081", "localhost"})
    EXPECT_EQ(host(open, name), 0) << name;
  for (const char* name : {"evil.example", "evil.example:8081", "192.0.2.7.evil.example", "weir.",
                           "192.0.2", "[2001:db8::1", "[evil]", ":80", "weir@evil"})
    EXPECT_EQ(host(open, name), 421) << name;
}

TEST(RequestGuard, SaysWhichSettingLetsANameIn) {
  const std::string bytes = "GET / HTTP/1.1\r\nHost: orders.example\r\n\r\n";
  RequestHead head;
  ASSERT_FALSE(head.read(bytes));
  const auto refusal = loopback.check_host(head);
  ASSERT_TRUE(refusal);
  EXPECT_NE(refusal->detail.find("'orders.example'"), std::string::npos) << refusal->detail;
  EXPECT_NE(refusal->detail.find("http: { hosts: [...] }"), std::string::npos) << refusal->detail;
}

TEST(RequestGuard, ReadsWithGetAndHeadOnly) {
  EXPECT_EQ(read("HEAD"), 0);
  for (const char* method :
       {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PRI", "get", "Get", "GETS"})
    EXPECT_EQ(read(method), 405) << method;
}

TEST(RequestGuard, RefusesBodiesWhereItReads) {
  EXPECT_EQ(read("GET", "Content-Length: 0\r\n"), 0);
  EXPECT_EQ(read("GET", "Content-Length: 1\r\n"), 413);
  EXPECT_EQ(read("HEAD", "Transfer-Encoding: chunked\r\n"), 413);
}

TEST(RequestGuard, LetsProgramsAndItsOwnPagesChangeThings) {
  EXPECT_EQ(change(loopback, json + two), 0);
  EXPECT_EQ(change(loopback, "Content-Type: Application/JSON ; charset=utf-8\r\n" + two), 0);
  EXPECT_EQ(change(loopback, json + two +
                                 "Origin: http://localhost:8081\r\nSec-Fetch-Site: "
                                 "same-origin\r\n"),
            0);
  EXPECT_EQ(change(loopback, json + two + "Origin: https://LOCALHOST:8081\r\n"), 0)
      << "behind a proxy that ends TLS";
}

TEST(RequestGuard, LetsNoForeignPageChangeAnything) {
  for (const char* field :
       {"Origin: http://evil.example", "Origin: null", "Origin: http://localhost",
        "Origin: http://localhost:80", "Origin: localhost:8081",
        "Origin:", "Origin: http://localhost:8081.evil.example", "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Site: same-site",
        "Sec-Fetch-Site:", "Origin: http://localhost:8081\r\nSec-Fetch-Site: cross-site"})
    EXPECT_EQ(change(loopback, json + two + field + "\r\n"), 403) << field;
}

TEST(RequestGuard, TakesChangesAsShortJsonOnly) {
  for (const char* type : {"", "text/plain", "application/x-www-form-urlencoded", "application/jso",
                           "application/json-seq", "text/plain; application/json"})
    EXPECT_EQ(change(loopback, two + "Content-Type: " + type + "\r\n"), 415) << type;
  EXPECT_EQ(change(loopback, two), 415);
  EXPECT_EQ(change(loopback, json), 411);
  EXPECT_EQ(change(loopback, json + "Transfer-Encoding: chunked\r\n"), 411);
  EXPECT_EQ(change(loopback, json + "Content-Length: 65536\r\n"), 0);
  EXPECT_EQ(change(loopback, json + "Content-Length: 65537\r\n"), 413);
  for (const char* method : {"GET", "HEAD", "PUT", "post"})
    EXPECT_EQ(change(loopback, json + two, method), 405) << method;
}

TEST(RequestGuard, LetsNobodyChangeThingsBeyondLoopbackWithoutAToken) {
  EXPECT_EQ(change(open, json + two), 403);
  EXPECT_EQ(change(open, json + two + "Authorization: Bearer \r\n"), 403);
}

TEST(RequestGuard, AsksForTheTokenWhereThereIsOne) {
  for (const bool on_loopback : {false, true}) {
    const RequestGuard guard({.loopback = on_loopback, .bound_to = "127.0.0.1", .token = token});
    EXPECT_EQ(change(guard, json + two + "Authorization: Bearer " + token + "\r\n"), 0);
    EXPECT_EQ(change(guard, json + two + "authorization: bearer " + token + "\r\n"), 0);
    for (const std::string& field :
         {std::string("X: y"), std::string("Authorization:"), "Authorization: " + token,
          std::string("Authorization: Bearer"), "Authorization: Basic " + token,
          "Authorization: Bearer " + token + "0", "Authorization: Bearer " + token + token,
          "Authorization: Bearer " + token.substr(1),
          "Authorization: Bearer 0" + token.substr(1) + "f",
          "Authorization: Bearer " + token.substr(0, 15) + "F"})
      EXPECT_EQ(change(guard, json + two + field + "\r\n"), 401) << field;
  }
}

}  // namespace weir::web
