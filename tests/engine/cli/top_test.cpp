// What `weir top` draws of a document of /api/pipelines.
#include "engine/cli/top/figures.hpp"
#include "engine/cli/top/frame.hpp"

#include <Poco/JSON/Parser.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace weir::glance {
namespace {

using testing::AllOf;
using testing::Each;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr double now = 1'764'166'900;  // 2025-11-26T14:21:40Z

Object::Ptr parsed(const std::string& json) {
  return Poco::JSON::Parser().parse(json).extract<Object::Ptr>();
}

/// One pipeline of two lanes, after so many messages; `more` are members of it.
std::string orders(int read, const std::string& more, int stored_less = 0) {
  const std::string in = std::to_string(read), half = std::to_string(read / 2);
  return R"({"pipelines":[{"name":"orders","file":"orders.yaml","ready":true,"uptime_seconds":754.2,
    "last_message_at":"2025-11-26T14:21:37.000000Z","commit_age_seconds":0.1,
    "shards":[{"shard":0,"inbox_messages":212,"inbox_bytes":4194304,"inbox_bytes_limit":8388608,"in_hand_messages":201}],
    "stages":[
      {"name":"source","type":"reader","role":"source","in":)" +
         in + R"(,"rejected":0,"dropped":0,"retries":0,"p50_seconds":null,"p99_seconds":null,
       "figures":[{"name":"weir_any_lag_messages","labels":{"topic":"orders","partition":"0"},"kind":"gauge","value":600},
                  {"name":"weir_any_lag_messages","labels":{"topic":"orders","partition":"1"},"kind":"gauge","value":1},
                  {"name":"weir_any_lag_messages","labels":{},"kind":"gauge","value":"many"}]},
      {"name":"store","type":"sink","role":"step","in":)" +
         in +
         R"(,"rejected":251,"dropped":0,"retries":2,"p50_seconds":0.031,"p99_seconds":0.0000094},
      {"name":"query","type":"http","role":"service","in":0}],
    "lanes":[
      {"origin":"demo/orders/0","lane":0,"shard":0,"position":7,"read":)" +
         half + R"(,"inserted":0,"stored":)" + std::to_string(read / 2 - stored_less) +
         R"(,"rejected":0,"dropped":0,"in_flight":0,"last_read_at":"2025-11-26T14:21:37Z"},
      {"origin":"demo/orders/1","lane":1,"shard":0,"position":null,"read":)" +
         half + R"(,"inserted":0,"stored":)" + std::to_string(read / 2 - 251) +
         R"(,"rejected":251,"dropped":0,"in_flight":0}],)" + more + "}]}";
}

const std::string healthy = R"("state":"healthy","reason":"")";

std::vector<std::string> lines_of(const std::string& json, Screen screen = {.width = 200}) {
  Rates rates;
  return frame(*parsed(json), rates, now, screen);
}

std::string joined(const std::vector<std::string>& lines) {
  std::string all;
  for (const auto& line : lines) all += line + "\n";
  return all;
}

TEST(Top, SaysAtWhichRateMessagesFlowAndHowFarBehindTheyAre) {
  Rates rates;
  rates.take(*parsed(orders(1000, healthy)), 10);
  const auto after = parsed(orders(1400, healthy));
  rates.take(*after, 12);
  const auto lines = frame(*after, rates, now, {.width = 200});
  EXPECT_EQ(lines[0], "orders  healthy  Messages flow at 200/s, 3.0 s behind.  (up 13 min)");
  EXPECT_EQ(lines[1],
            "  read 1,400 (200/s)   lag 601, 3.0 s behind   in flight 0   last commit 100 ms ago");
  EXPECT_EQ(lines[2], "  stored 1,149   rejected 251 (18 %)   retries 2   books balance");
  EXPECT_THAT(joined(lines), HasSubstr("  store    sink     200/s   1,400   31 ms   9.4 µs"));
  EXPECT_THAT(joined(lines), HasSubstr("  0         212   50 %       201\n"));
  EXPECT_THAT(joined(lines), HasSubstr("demo/orders/0   balance   100/s   600"));
}

TEST(Top, SaysThatNothingWaitsWhenAllThatCameIsDone) {
  std::string json = orders(1000, healthy);
  for (const std::string value : {R"("value":600)", R"("value":1})"}) {
    const auto at = json.find(value);
    json.replace(at, value.size(), value.ends_with("}") ? R"("value":0})" : R"("value":0)");
  }
  EXPECT_THAT(lines_of(json)[0],
              HasSubstr("All that came is done; the last message came 3.0 s ago."));
}

TEST(Top, SaysWhoWaitsAndWhy) {
  const auto lines = lines_of(orders(1000, R"("state":"waiting","reason":"store: refused",
    "waiting":[{"stage":"store","reason":"connection refused","since":"2025-11-26T14:21:30Z","retries":3}])"));
  EXPECT_THAT(lines[0], HasSubstr("orders  waiting  It waits, loses nothing, and asks again"));
  EXPECT_EQ(lines[1], "  store: refused");
  EXPECT_EQ(lines[2], "  store asks for a retry: connection refused, since 10 s, 3 retries");
}

TEST(Top, SaysWhyAPipelineStopped) {
  const auto lines = lines_of(orders(1000, R"("state":"failed","reason":"store: no such table")"));
  EXPECT_THAT(lines[0], HasSubstr("failed  It has stopped by itself"));
  EXPECT_EQ(lines[1], "  store: no such table");
}

TEST(Top, PutsALaneThatDoesNotBalanceFirst) {
  std::string json = orders(1000, healthy);
  const std::string good = R"("stored":249,"rejected":251)";
  json.replace(json.find(good), good.size(), R"("stored":250,"rejected":251)");
  const std::string all = joined(lines_of(json));
  EXPECT_THAT(all, HasSubstr("BOOKS DO NOT BALANCE in 1 of 2 lanes"));
  EXPECT_THAT(all, HasSubstr("  demo/orders/1   DIFFER "));
  EXPECT_LT(all.find("demo/orders/1"), all.find("demo/orders/0"));
}

TEST(Top, BearsWhatAnOlderServiceDoesNotTellAndWhatNoneShould) {
  for (const char* json :
       {"{}", R"({"pipelines":null})", R"({"pipelines":[null,5,"x",[]]})", R"({"pipelines":{}})"})
    EXPECT_EQ(joined(lines_of(json)), "It runs no pipeline.\n") << json;
  EXPECT_EQ(joined(lines_of(R"({"pipelines":[{"name":"a","state":"starting","reason":""}]})")),
            "a  starting  It is starting.\n");
  EXPECT_THAT(
      joined(lines_of(
          R"({"pipelines":[{"name":5,"state":{},"reason":[],"lanes":[{"read":"x","origin":7}],
        "stages":[{"in":"-","p50_seconds":true,"figures":[{"name":1,"value":1e308,"labels":5}]}],"shards":[{"shard":{}}],"waiting":[{"since":"never"}]}]})")),
      HasSubstr("asks for a retry: \n"));
}

TEST(Top, ShowsHostileNamesAsText) {
  const auto lines = lines_of(
      R"({"pipelines":[{"name":"\u001b[2Jx\ny","state":"failed","reason":"\u202e\u0007"}]})");
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_THAT(lines, Each(AllOf(Not(HasSubstr("\x1b")), Not(HasSubstr("\n")))));
}

TEST(Top, FitsItsLinesAndItsHeight) {
  for (const std::size_t width : {1U, 20U, 60U, 80U})
    for (const std::string& line : lines_of(orders(1000, healthy), {.width = width}))
      EXPECT_LE(width_of(line), width) << line;
  const auto all = lines_of(orders(1000, healthy));
  const auto some = within(all, 5);
  ASSERT_EQ(some.size(), 5U);
  EXPECT_EQ(some[4],
            "… and " + std::to_string(all.size() - 4) + " lines more; a higher window shows them");
  EXPECT_EQ(within(all, 0), all);
}

TEST(Top, SaysThatTheServiceIsAwayAndKeepsWhatItSaidLast) {
  const auto lines = away("no service answers at http://x", {"orders"}, {.width = 100});
  EXPECT_THAT(lines[0], StartsWith("no service answers at http://x; asks again"));
  EXPECT_EQ(lines.back(), "orders");
  EXPECT_EQ(away("gone", {}, {}).size(), 1U);
}

TEST(Top, ColoursWhatNeedsALook) {
  const auto lines = lines_of(orders(1000, R"("state":"failed","reason":"why")"),
                              {.width = 200, .coloured = true});
  EXPECT_THAT(lines[1], AllOf(StartsWith("\x1b[31m"), EndsWith("\x1b[0m")));
}

TEST(Top, TellsNoRateAfterAServiceStartedAnew) {
  Rates rates;
  rates.take(*parsed(orders(1000, healthy)), 10);
  rates.take(*parsed(orders(2, healthy)), 11);
  EXPECT_EQ(rates.stage("orders", "source"), std::nullopt);
  rates.forget();
  rates.take(*parsed(orders(4, healthy)), 12);
  rates.take(*parsed(orders(8, healthy)), 13);
  EXPECT_EQ(rates.stage("orders", "source"), 4);
}

TEST(TopFigures, AreWrittenForPeople) {
  EXPECT_EQ(count(84'295), "84,295");
  EXPECT_EQ(count(std::nullopt), "-");
  EXPECT_EQ(per_second(2.44), "2.4/s");
  EXPECT_EQ(per_second(0), "0/s");
  EXPECT_EQ(span(0.9996), "1.0 s");
  EXPECT_EQ(span(7300), "2.0 h");
  EXPECT_EQ(span(1e300).substr(0, 2), "11");
  EXPECT_EQ(fitted("äöü", 2), "ä…");
}

}  // namespace
}  // namespace weir::glance
