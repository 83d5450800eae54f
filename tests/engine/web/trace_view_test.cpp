#include "engine/web/trace_view.hpp"

#include "engine/web/moment.hpp"
#include "fakes.hpp"
#include "raw_client.hpp"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

namespace weir::web {
namespace {

Scheduler::Wall at(std::int64_t us) { return Scheduler::Wall(std::chrono::microseconds(us)); }

}  // namespace

TEST(Moment, IsWrittenInUtcWithMicroseconds) {
  EXPECT_EQ(rfc3339(at(0)), "1970-01-01T00:00:00.000000Z");
  EXPECT_EQ(rfc3339(at(1'709'210'096'000'007)), "2024-02-29T12:34:56.000007Z");
  EXPECT_EQ(rfc3339(at(-1)), "1969-12-31T23:59:59.999999Z");
}

TEST(TraceView, ShowsEverythingInTheAnswer) {
  TraceAnswer answer;
  answer.messages.push_back({.origin = "c/orders/0",
                             .position = 9'007'199'254'740'993,
                             .key = "k\xff",
                             .key_cut = false,
                             .read_at = at(1),
                             .stages = {{.stage = "check",
                                         .fate = MessageFate::rejected,
                                         .code = "schema",
                                         .reason = "no",
                                         .pointer = std::nullopt,
                                         .seconds = 0.5,
                                         .at = at(2)}},
                             .settled_at = at(3),
                             .committed_at = std::nullopt,
                             .outcome = TraceOutcome::in_flight});
  answer.rows.push_back(
      {.stage = "store", .origin = "c/orders/0", .position = 7, .stored_at = at(4)});
  answer.letters.push_back({.place = 18'446'744'073'709'551'615u,
                            .origin = "c/orders/0",
                            .position = 8,
                            .key = std::nullopt,
                            .value = "\xff",
                            .headers = {{"a", "b"}},
                            .stage = "check",
                            .code = "schema",
                            .reason = "no",
                            .pointer = "/x",
                            .written_at = at(5),
                            .replayed_at = std::nullopt});
  answer.unanswered.push_back({.stage = "store", .reason = "it is away"});
  EXPECT_EQ(
      trace_json(answer),
      R"({"messages":[{"origin":"c/orders/0","position":9007199254740993,"key":"k�",)"
      R"("read_at":"1970-01-01T00:00:00.000001Z","stages":[{"stage":"check","fate":"rejected","code":"schema",)"
      R"("reason":"no","pointer":null,"seconds":0.5,"at":"1970-01-01T00:00:00.000002Z"}],)"
      R"("settled_at":"1970-01-01T00:00:00.000003Z","committed_at":null,"outcome":"in flight"}],"from_memory":true,)"
      R"("rows":[{"stage":"store","origin":"c/orders/0","position":7,"stored_at":"1970-01-01T00:00:00.000004Z"}],)"
      R"("letters":[{"place":"18446744073709551615","origin":"c/orders/0","position":8,"key":null,"value":"�",)"
      R"("value_base64":"/w==","value_bytes":1,"stage":"check","code":"schema","reason":"no","pointer":"/x",)"
      R"("written_at":"1970-01-01T00:00:00.000005Z","replayed_at":null,"headers":[["a","b"]]}],)"
      R"("unanswered":[{"stage":"store","reason":"it is away"}]})");
}

TEST(TraceView, AnswersWhatIsAskedAndRefusesWhatIsNotClear) {
  FakeObserved observed;
  observed.set({snapshot("orders", State::healthy, true)});
  TraceQuery asked;
  observed.answer_traces([&](const TraceQuery& query) {
    asked = query;
    return TraceAnswer{};
  });
  WebServer server(WebOptions{.port = 0}, observed);
  RawClient client(server.port());
  const RawAnswer none = client.get("/api/pipelines/orders/trace?key=a%20b");
  EXPECT_EQ(none.status, 200);
  EXPECT_EQ(none.body,
            R"({"messages":[],"from_memory":false,"rows":[],"letters":[],"unanswered":[]})");
  EXPECT_EQ(asked.key, "a b");
  EXPECT_EQ(client.get("/api/pipelines/orders/trace?message=orders%5B0%5D%4012").status, 200);
  EXPECT_EQ(asked.key, std::nullopt);
  EXPECT_EQ(asked.origin, "orders[0]");
  EXPECT_EQ(asked.position, 12);
  for (const char* odd : {"", "?", "?key=", "?key=a&message=b%401", "?message=b", "?key=%"})
    EXPECT_EQ(client.get(std::string("/api/pipelines/orders/trace") + odd).status, 400) << odd;
  EXPECT_EQ(client.get("/api/pipelines/none/trace?key=a").status, 404);
  EXPECT_EQ(client.get("/api/pipelines/orders/trace/more?key=a").status, 404);
}

TEST(TraceView, WhoWouldBeOneOfManyIsToldToAskAgain) {
  FakeObserved observed;
  observed.set({snapshot("orders", State::healthy, true)});
  std::mutex mutex;
  std::condition_variable changed;
  int running = 0;
  bool go_on = false;
  observed.answer_traces([&](const TraceQuery&) {
    std::unique_lock lock(mutex);
    ++running;
    changed.notify_all();
    changed.wait(lock, [&] { return go_on; });
    return TraceAnswer{};
  });
  WebServer server(WebOptions{.port = 0}, observed);
  const std::string path = "/api/pipelines/orders/trace?key=a";
  std::vector<RawClient> clients;
  for (int i = 0; i < letter_readers; ++i) {
    clients.emplace_back(server.port());
    clients.back().send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
  }
  {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return running == letter_readers; });
  }
  RawClient other(server.port());
  EXPECT_EQ(other.get("/api/pipelines").status, 200);
  const RawAnswer refused = other.get(path);
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.field("retry-after"), "1");
  {
    const std::scoped_lock lock(mutex);
    go_on = true;
  }
  changed.notify_all();
  for (RawClient& client : clients) EXPECT_EQ(client.answer().status, 200);
  EXPECT_EQ(other.get(path).status, 200);
}

}  // namespace weir::web
