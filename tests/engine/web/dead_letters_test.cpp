// The dead letters as clients get them: pages, one of them, and all of them as a download.
#include "engine/web/dead_letters.hpp"

#include "engine/web/moment.hpp"
#include "fakes.hpp"
#include "raw_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace weir::web {
namespace {

using testing::HasSubstr;

const std::string path = "/api/pipelines/orders/dead-letters";

std::int64_t microseconds(std::string_view text) {
  const auto at = read_rfc3339(text);
  return at ? at->time_since_epoch().count() : -1;
}

Letter letter(std::uint64_t place, std::string value = "{}") {
  Letter one;
  one.place = place;
  one.value = std::move(value);
  return one;
}

class DeadLettersTest : public testing::Test {
 protected:
  DeadLettersTest() {
    observed.set({snapshot("orders", State::healthy, true)});
    observed.answer_letters([this](const LetterQuery& query) {
      asked = query;
      return page;
    });
  }
  /// Whether nobody else is connected any more, before long.
  bool is_alone() const {
    RawClient client(server->port());
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (std::chrono::steady_clock::now() < deadline)
      if (client.get("/metrics").body.find("weir_http_connections 1\n") != std::string::npos)
        return true;
    return false;
  }
  /// The body of a document in chunks, up to its end.
  static std::string chunks(RawClient& client) {
    std::string body;
    for (;;) {
      const std::string line = client.until("\r\n");
      const std::size_t size = std::stoul(line, nullptr, 16);
      const std::string part = client.until("\r\n");
      if (size == 0) return body;
      EXPECT_EQ(part.size(), size + 2);
      body += part.substr(0, size);
    }
  }

  FakeObserved observed;
  LetterQuery asked;
  LetterPage page;
  std::optional<WebServer> server{std::in_place, WebOptions{.port = 0}, observed};
};

TEST(ReadRfc3339, ReadsAnyZoneAndCutsOffWhatIsFinerThanMicroseconds) {
  EXPECT_EQ(microseconds("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(microseconds("2024-02-29T12:34:56.000007Z"), 1'709'210'096'000'007);
  EXPECT_EQ(microseconds("1970-01-01t00:00:01.1234567z"), 1'123'456);
  EXPECT_EQ(microseconds("1970-01-01 02:00:00.5+02:00"), 500'000);
  EXPECT_EQ(microseconds("1969-12-31T23:59:60-00:00"), 0);
  EXPECT_EQ(microseconds("1969-12-31T14:30:00-09:30"), 0);
}

TEST(ReadRfc3339, RefusesWhatIsNoMoment) {
  for (const char* text :
       {"", "now", "2024-02-30T00:00:00Z", "2024-13-01T00:00:00Z", "2024-01-01",
        "2024-01-01T00:00Z", "2024-01-01T00:00:00", "2024-01-01T24:00:00Z", "2024-01-01T00:60:00Z",
        "2024-01-01T00:00:61Z", "2024-01-01T00:00:00.Z", "2024-01-01T00:00:00Zz",
        "2024-01-01T00:00:00+24:00", "2024-01-01T00:00:00 02:00", "2024-01-01T00:00:00+0200",
        "+024-01-01T00:00:00Z", "-024-01-01T00:00:00Z", "20240-01-01T00:00:00Z"})
    EXPECT_EQ(read_rfc3339(text), std::nullopt) << text;
}

TEST_F(DeadLettersTest, IsAPageWithWhereToGoOn) {
  page.letters = {letter(18'446'744'073'709'551'615U), letter(7, "\xff")};
  page.next = 7;
  RawClient client(server->port());
  const RawAnswer answer = client.get(path);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.field("content-type"), "application/json");
  EXPECT_THAT(answer.body, testing::StartsWith(R"({"letters":[{"place":"18446744073709551615",)"));
  EXPECT_THAT(answer.body, HasSubstr(R"("value_base64":"/w==")"));
  EXPECT_THAT(answer.body, testing::EndsWith(R"(],"next":"7"})"));
  EXPECT_EQ(asked, LetterQuery{});
  page = {};
  EXPECT_EQ(client.get(path).body, R"({"letters":[],"next":null})");
}

TEST_F(DeadLettersTest, AsksForWhatTheQuerySays) {
  RawClient client(server->port());
  EXPECT_EQ(
      client
          .get(path + "?order=oldest&after=18446744073709551615&limit=500&code=a%20b&stage=check&"
                      "from=2025-01-31T12:00:00Z&to=2025-01-31T12:00:00%2B01:00&text=%FF")
          .status,
      200);
  EXPECT_EQ(asked, (LetterQuery{.filter = {.code = "a b",
                                           .stage = "check",
                                           .text = "\xff",
                                           .from = read_rfc3339("2025-01-31T12:00:00Z"),
                                           .to = read_rfc3339("2025-01-31T11:00:00Z")},
                                .oldest_first = true,
                                .after = 18'446'744'073'709'551'615U,
                                .most = 500}));
  EXPECT_EQ(client.get(path + "?code=&text=&from=&to=&stage=").status, 200);
  EXPECT_EQ(asked.filter, LetterFilter{});
}

TEST_F(DeadLettersTest, RefusesWhatIsNotClear) {
  RawClient client(server->port());
  for (const std::string& query :
       {std::string("after="), std::string("after=0"), std::string("after=-1"),
        std::string("after=1x"), std::string("after=18446744073709551616"), std::string("limit="),
        std::string("limit=0"), std::string("limit=501"), std::string("limit=1e2"),
        std::string("order=up"), std::string("from=yesterday"),
        std::string("to=2025-01-31T12:00:00+01:00"), std::string("text=%"),
        "text=" + std::string(513, 'x')}) {
    const RawAnswer answer = client.get(path + "?" + query);
    EXPECT_EQ(answer.status, 400) << query;
    EXPECT_EQ(answer.field("content-type"), "application/problem+json") << query;
  }
  EXPECT_EQ(client.get(path + ".jsonl?from=yesterday").status, 400);
  EXPECT_EQ(client.get(path + "/one").status, 400);
  EXPECT_EQ(client.get(path + "/0").status, 400);
}

TEST_F(DeadLettersTest, SaysWhyThereIsNone) {
  RawClient client(server->port());
  EXPECT_EQ(client.get("/api/pipelines/none/dead-letters").status, 404);
  page.refusal = LetterPage::Refusal::no_keeper;
  EXPECT_EQ(client.get(path).status, 404);
  EXPECT_EQ(client.get(path + ".jsonl").status, 404);
  page.refusal = LetterPage::Refusal::no_place;
  EXPECT_EQ(client.get(path + "?after=5").status, 400);
  EXPECT_EQ(client.get(path + "/5").status, 404);
  page.refusal = LetterPage::Refusal::away;
  page.stage = "letters";
  page.why = "no disk";
  for (const std::string more : {"", "/5", ".jsonl"}) {
    const RawAnswer answer = client.get(path + more);
    EXPECT_EQ(answer.status, 503) << more;
    EXPECT_EQ(answer.field("retry-after"), "1");
    EXPECT_THAT(answer.body, HasSubstr("letters: no disk"));
  }
}

TEST_F(DeadLettersTest, IsOneLetterAtItsPlace) {
  page.letters = {letter(7)};
  RawClient client(server->port());
  const RawAnswer answer = client.get(path + "/7");
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.body, testing::StartsWith(R"({"place":"7",)"));
  EXPECT_EQ(asked.at, 7U);
}

TEST_F(DeadLettersTest, IsADownloadOfAllPages) {
  observed.answer_letters([](const LetterQuery& query) {
    LetterPage made;
    if (query.after == 2) return made;  // a page that was ended by time
    made.letters = {letter(9 - query.after, query.filter.text.value_or(""))};
    made.next = query.after == 0 ? 1 : query.after == 1 ? 2 : 0;
    return made;
  });
  RawClient client(server->port());
  const RawAnswer head = client.get(path + ".jsonl?text=a%0Ab");
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.field("content-type"), "application/x-ndjson");
  EXPECT_EQ(head.field("content-disposition"), "attachment; filename=\"dead-letters.jsonl\"");
  EXPECT_EQ(head.field("transfer-encoding"), "chunked");
  const std::string body = chunks(client);
  EXPECT_EQ(std::ranges::count(body, '\n'), 2);
  EXPECT_THAT(body, testing::StartsWith(R"({"place":"9",)"));
  EXPECT_THAT(body, HasSubstr("}\n{\"place\":\"8\","));
  EXPECT_THAT(body, HasSubstr(R"("value":"a\nb")"));
  EXPECT_TRUE(client.ends());
}

TEST_F(DeadLettersTest, ADownloadThatBreaksOffHasNoEnd) {
  observed.answer_letters([](const LetterQuery& query) {
    LetterPage made;
    if (query.after == 1) made.refusal = LetterPage::Refusal::away;
    made.letters = {letter(9)};
    made.next = 1;
    return made;
  });
  RawClient client(server->port());
  EXPECT_EQ(client.get(path + ".jsonl").status, 200);
  client.until("}\n\r\n");
  EXPECT_TRUE(client.ends()) << "without the chunk that is the last";
}

TEST_F(DeadLettersTest, ADownloadForAnOldClientEndsWithTheConnection) {
  page.letters = {letter(9)};
  RawClient client(server->port());
  client.send("GET " + path + ".jsonl HTTP/1.0\r\nHost: localhost\r\n\r\n");
  const RawAnswer head = client.answer();
  EXPECT_EQ(head.status, 200);
  EXPECT_FALSE(head.has("transfer-encoding"));
  EXPECT_THAT(client.until("}\n"), testing::StartsWith("{"));
  EXPECT_TRUE(client.ends());
}

TEST_F(DeadLettersTest, FewAreMadeAtATimeAndAllElseGoesOn) {
  std::mutex mutex;
  std::condition_variable changed;
  int running = 0, most = 0;
  bool go_on = false;
  observed.answer_letters([&](const LetterQuery&) {
    std::unique_lock lock(mutex);
    most = std::max(most, ++running);
    changed.notify_all();
    changed.wait(lock, [&] { return go_on; });
    --running;
    return LetterPage{};
  });
  std::vector<RawClient> clients;
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back(server->port());
    clients.back().send("GET " + path + (i % 2 == 0 ? "" : ".jsonl") +
                        " HTTP/1.1\r\nHost: localhost\r\n\r\n");
  }
  {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return running == letter_readers; });
  }
  RawClient other(server->port());
  EXPECT_EQ(other.get("/api/pipelines").status, 200);
  {
    const std::scoped_lock lock(mutex);
    go_on = true;
  }
  changed.notify_all();
  for (RawClient& client : clients) EXPECT_EQ(client.answer().status, 200);
  EXPECT_EQ(most, letter_readers);
}

TEST(Turns, AreWaitedForAtMostSoLong) {
  Turns turns(1);
  {
    const auto first = turns.take(std::chrono::milliseconds(0));
    EXPECT_TRUE(first);
    EXPECT_FALSE(turns.take(std::chrono::milliseconds(1)));
  }
  EXPECT_TRUE(turns.take(std::chrono::milliseconds(0)));
}

TEST_F(DeadLettersTest, AnEndlessDownloadEndsWithItsClientAndHoldsUpNoShutdown) {
  std::atomic<int> pages = 0;
  observed.answer_letters([&](const LetterQuery&) {
    ++pages;
    LetterPage made;
    made.letters = {letter(9, std::string(100'000, 'x'))};
    made.next = 1;
    return made;
  });
  {
    RawClient client(server->port());
    client.get(path + ".jsonl");
    client.until("xxxx");
  }
  EXPECT_TRUE(is_alone());
  RawClient slow(server->port());
  slow.get(path + ".jsonl");
  RawClient other(server->port());
  EXPECT_EQ(other.get("/healthz").status, 200);
  const auto begun = std::chrono::steady_clock::now();
  server.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(5))
      << "a write has 10 s, which a shutdown does not wait for";
  EXPECT_LT(pages, 2'000) << "what it does not take is not read for it";
}

TEST_F(DeadLettersTest, ADownloadThatFindsNothingSeesThatItsClientHasGone) {
  observed.answer_letters([](const LetterQuery&) {
    LetterPage made;
    made.next = 1;
    return made;
  });
  {
    RawClient client(server->port());
    client.get(path + ".jsonl");
  }
  EXPECT_TRUE(is_alone());
}

}  // namespace
}  // namespace weir::web
