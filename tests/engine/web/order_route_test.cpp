// The whole way of a lookup: the server, the shipped stage http-query, and a stage that is asked.

#include "engine/pipeline/read.hpp"
#include "engine/runtime/supervisor.hpp"
#include "engine/runtime/system_scheduler.hpp"
#include "fakes.hpp"
#include "raw_client.hpp"

#include <gtest/gtest.h>
#include <random>
#include <thread>

namespace weir::web {
namespace {

using namespace std::chrono_literals;

constexpr const char* pipeline = R"(
pipeline: orders
http: { listen: "127.0.0.1:0", token: "${TOKEN}" }
source: { stage: fixture-counting-source, with: { stay: true } }
steps: [{ name: shelf, stage: fixture-shelf }]
services: [{ stage: http-query, with: { route: "/order/{order_uid}", from: [shelf], latest: /orders } }]
)";

const std::string token = "a-token-of-the-tests";

class OrderRoute : public testing::Test {
 protected:
  OrderRoute() {
    const auto environment = [](const std::string&) { return std::optional(token); };
    Reading reading =
        read_pipeline(pipeline, folder_.path() / "orders.yaml", registry_, environment);
    if (!reading.spec) throw std::runtime_error("the test's pipeline is wrong");
    supervisor_ = std::make_unique<Supervisor>(
        std::vector{*reading.spec}, registry_, log_, metrics_,
        [this](const HttpSpec& http, const Observed& observed) {
          auto server = std::make_unique<WebServer>(
              WebOptions{.host = http.host, .port = 0, .token = http.token}, observed);
          port_ = server->port();
          return server;
        },
        scheduler_);
    supervisor_->start();
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    while (RawClient(port_).get("/readyz").status != 200 &&
           std::chrono::steady_clock::now() < deadline)
      std::this_thread::yield();
  }

  RawAnswer order(const std::string& id) { return RawClient(port_).get("/order/" + id); }

  static std::string encoded(const std::string& bytes) {
    std::string text;
    for (const char c : bytes) {
      constexpr const char* digits = "0123456789ABCDEF";
      const auto byte = static_cast<unsigned char>(c);
      text += {'%', digits[byte / 16], digits[byte % 16]};
    }
    return text;
  }

  TemporaryFolder folder_;
  Registry registry_{{WEIR_FIXTURES, WEIR_PLUGINS}};
  std::mutex mutex_;
  std::string logged_;
  Log log_{Level::debug, [this](std::string_view line) {
             const std::scoped_lock lock(mutex_);
             logged_ += line;
           }};
  Metrics metrics_;
  SystemScheduler scheduler_;
  std::uint16_t port_ = 0;
  std::unique_ptr<Supervisor> supervisor_;
};

}  // namespace

TEST_F(OrderRoute, IsNeverBrokenByAnId) {
  const std::pair<std::string, int> ids[] = {
      {"", 400},
      {"unknown", 404},
      {std::string(512, 'x'), 404},
      {std::string(513, 'x'), 400},
      {std::string(8'000, 'x'), 400},
      {std::string(10'240, 'x'), 414},
      {std::string(100'000, 'x'), 414},
      {"%00", 400},
      {"a%00b", 400},
      {"%", 400},
      {"%zz", 400},
      {"%0A", 400},
      {"%7F", 400},
      {"%FF", 400},
      {"%C0%AF", 400},
      {"%ED%A0%80", 400},
      {"%F4%90%80%80", 400},
      {"a\xC3\xBC", 400},
      {encoded("\xF0\x9F\x98\x80"), 404},
      {encoded("'; DROP TABLE orders; --"), 404},
      {encoded("\"\\</script>{}"), 404},
      {"'\"", 404},
      {"..", 404},
      {"%2e%2e", 404},
      {"..%2f..%2fetc%2fpasswd", 404},
      {"a/b", 404},
      {"a?x=%00", 404},
      {"a%3Fb%23c", 404},
  };
  for (const auto& [id, status] : ids) {
    const RawAnswer answer = order(id);
    EXPECT_EQ(answer.status, status) << id.substr(0, 80);
    EXPECT_EQ(answer.field("content-type"), "application/problem+json") << id.substr(0, 80);
    EXPECT_EQ(answer.field("x-content-type-options"), "nosniff") << id.substr(0, 80);
  }
}

TEST_F(OrderRoute, AnswersEachIdOfRandomBytesWithAProblemOfTheClients) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int round = 0; round < 500; ++round) {
    std::string id;
    for (std::size_t size = 1 + random() % 40; size > 0; --size)
      id += static_cast<char>(random() % 4 ? random() % 128 : random() % 256);
    const int status = order(encoded(id)).status;
    EXPECT_TRUE(status == 400 || status == 404) << status << ' ' << encoded(id);
  }
}

TEST_F(OrderRoute, SaysThatTheStoreIsAwayAndWhenToComeAgain) {
  const RawAnswer answer = order("away");
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.field("retry-after"), "1");
  EXPECT_EQ(answer.field("content-type"), "application/problem+json");
  EXPECT_EQ(answer.body.find("fixture"), std::string::npos) << "the reason is for the log";
}

TEST_F(OrderRoute, ShowsTheTokenNowhere) {
  for (const char* target : {"/api/pipelines", "/api/pipelines/orders", "/metrics", "/readyz",
                             "/healthz", "/order/away", "/none"}) {
    const RawAnswer answer =
        RawClient(port_).get(target, "Authorization: Bearer " + token + "\r\n");
    EXPECT_EQ(answer.body.find(token), std::string::npos) << target;
  }
  RawClient client(port_);
  client.send("POST /order/a HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token +
              "\r\n\r\n");
  EXPECT_EQ(client.answer().body.find(token), std::string::npos);
  supervisor_.reset();
  EXPECT_NE(logged_.find("orders"), std::string::npos);
  EXPECT_EQ(logged_.find(token), std::string::npos) << logged_;
}

}  // namespace weir::web
