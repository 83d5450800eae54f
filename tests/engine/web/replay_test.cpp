// POST …/dead-letters/replay, as clients ask for it.
#include "engine/web/replay.hpp"

#include "fakes.hpp"
#include "raw_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace weir::web {
namespace {

using testing::HasSubstr;
using Outcome = ReplayedLetter::Outcome;

std::string fault_of(std::string_view body) {
  ReplayQuery query;
  return read_replay(body, query).value_or("");
}

TEST(ReadReplay, TakesPlacesOrAFilter) {
  ReplayQuery places;
  EXPECT_EQ(read_replay(R"({"dry_run": true, "places": ["7", "18446744073709551615"]})", places),
            std::nullopt);
  EXPECT_EQ(places, (ReplayQuery{.places = {7, 18'446'744'073'709'551'615U}, .dry_run = true}));
  ReplayQuery filter;
  EXPECT_EQ(read_replay(R"({"filter": {"code": "type", "stage": "check", "text": "é", "from":
                            "1970-01-01T00:00:01Z", "to": ""}, "after": "9"})",
                        filter),
            std::nullopt);
  EXPECT_EQ(filter, (ReplayQuery{.filter = {.code = "type",
                                            .stage = "check",
                                            .text = "é",
                                            .from = Scheduler::Wall(std::chrono::seconds(1))},
                                 .after = 9}));
  EXPECT_EQ(fault_of(R"({"filter": {}, "after": null})"), "");
}

TEST(ReadReplay, SaysWhatIsWrong) {
  EXPECT_THAT(fault_of(""), HasSubstr("not JSON"));
  EXPECT_THAT(fault_of("[]"), HasSubstr("not a JSON object"));
  EXPECT_THAT(fault_of("{"), HasSubstr("not JSON"));
  EXPECT_THAT(fault_of("{}"), HasSubstr("say either `places`, or `filter`"));
  EXPECT_THAT(fault_of(R"({"places": ["1"], "filter": {}})"), HasSubstr("say either"));
  EXPECT_THAT(fault_of(R"({"places": []})"), HasSubstr("names 0 letters"));
  EXPECT_THAT(fault_of(R"({"places": "1"})"), HasSubstr("`places` is not a list"));
  EXPECT_THAT(fault_of(R"({"places": [1]})"), HasSubstr("`places` is not a text"));
  EXPECT_THAT(fault_of(R"({"places": ["0"]})"), HasSubstr("is not a letter's place"));
  EXPECT_THAT(fault_of(R"({"places": ["1"], "after": "1"})"), HasSubstr("`after` goes with"));
  EXPECT_THAT(fault_of(R"({"filter": {}, "dry_run": "no"})"), HasSubstr("`dry_run` is neither"));
  EXPECT_THAT(fault_of(R"({"filter": {"codes": "x"}})"), HasSubstr("member `codes`"));
  EXPECT_THAT(fault_of(R"({"filter": {"code": 1}})"), HasSubstr("`code` is not a text"));
  EXPECT_THAT(fault_of(R"({"filter": {"from": "yesterday"}})"), HasSubstr("`from` is not a time"));
  EXPECT_THAT(fault_of(R"({"filter": {}, "dryrun": true})"), HasSubstr("member `dryrun`"));
  EXPECT_THAT(fault_of(R"({"filter": {}, "after": "x"})"), HasSubstr("`after` is not a letter's"));
  std::string places = R"({"places": ["1")";
  for (int i = 0; i < 100; ++i) places += R"(,"1")";
  EXPECT_THAT(fault_of(places + "]}"), HasSubstr("names 101 letters"));
  EXPECT_THAT(fault_of(std::string(1'000, '[')), HasSubstr("not JSON"));
}

class ReplayTest : public testing::Test {
 protected:
  ReplayTest() {
    observed.set({snapshot("orders", State::healthy, true)});
    observed.answer_replays([this](const ReplayQuery& query) {
      asked = query;
      return answer;
    });
  }
  RawAnswer post(const std::string& body, const std::string& pipeline = "orders",
                 const std::string& fields = "") {
    client.emplace(server.port());
    client->send("POST /api/pipelines/" + pipeline +
                 "/dead-letters/replay HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
                 "application/json\r\nContent-Length: " +
                 std::to_string(body.size()) + "\r\n" + fields + "\r\n" + body);
    return client->answer();
  }

  FakeObserved observed;
  ReplayQuery asked;
  ReplayAnswer answer;
  WebServer server{WebOptions{.port = 0}, observed};
  std::optional<RawClient> client;
};

TEST_F(ReplayTest, AnswersWhatBecameOfEach) {
  answer.letters = {
      {.place = 7,
       .origin = "c/orders/0",
       .position = 12,
       .key = "a\"\xFF",
       .outcome = Outcome::rejected,
       .stage = "check",
       .code = "type",
       .reason = "is no number",
       .pointer = ""},
      {.place = 8, .origin = "c/orders/1", .position = 1, .outcome = Outcome::stored}};
  answer.next = 8;
  const RawAnswer got = post(R"({"filter": {}, "dry_run": true})");
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.field("content-type"), "application/json");
  EXPECT_EQ(got.body,
            R"({"dry_run":true,"letters":[{"place":"7","origin":"c/orders/0","position":12,)"
            "\"key\":\"a\\\"\uFFFD\","
            R"("outcome":"rejected","stage":"check","code":"type","reason":"is no number",)"
            R"("pointer":""},{"place":"8","origin":"c/orders/1","position":1,"key":null,)"
            R"("outcome":"stored","stage":null,"code":null,"reason":null,"pointer":null}],)"
            R"("next":"8"})");
  EXPECT_TRUE(asked.dry_run);
  answer = {};
  EXPECT_EQ(post(R"({"places": ["3"]})").body, R"({"dry_run":false,"letters":[],"next":null})");
  EXPECT_EQ(asked, ReplayQuery{.places = {3}});
}

TEST_F(ReplayTest, SaysWhyNothingWasReplayed) {
  using Refusal = ReplayAnswer::Refusal;
  EXPECT_EQ(post("{}").status, 400);
  EXPECT_EQ(post(R"({"filter": {}})", "others").status, 404);
  for (const auto& [refusal, status] :
       {std::pair{Refusal::no_keeper, 404}, {Refusal::no_taker, 409}, {Refusal::not_now, 503}}) {
    answer = {.refusal = refusal, .why = "the database is away"};
    const RawAnswer got = post(R"({"filter": {}})");
    EXPECT_EQ(got.status, status);
    EXPECT_EQ(got.field("content-type"), "application/problem+json");
    EXPECT_EQ(got.has("retry-after"), status == 503);
    if (status == 503) EXPECT_THAT(got.body, HasSubstr("the database is away"));
  }
}

TEST_F(ReplayTest, IsReachedPastTheGuardOnly) {
  asked.most = 1;
  EXPECT_EQ(post(R"({"filter": {}})", "orders", "Origin: http://evil.example\r\n").status, 403);
  RawClient reader(server.port());
  const RawAnswer got = reader.get("/api/pipelines/orders/dead-letters/replay");
  EXPECT_EQ(got.status, 405);
  EXPECT_EQ(got.field("allow"), "POST");
  EXPECT_EQ(asked.most, 1U) << "nobody was asked";
}

}  // namespace
}  // namespace weir::web
