#include "http_query.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <stdexcept>
#include <string>
#include <vector>
#include <weir/testing/bench.hpp>
#include <weir/testing/json.hpp>

namespace weir::http_query {
namespace {

using ::testing::MatchesRegex;
using weir::testing::Bench;
using weir::testing::HttpAnswer;
using weir::testing::Json;
using weir::testing::Neighbour;
using weir::testing::read_json;

constexpr const char* config =
    R"({"route":"/order/{order_uid}","from":["cache","store"],"latest":"/orders"})";

/// A neighbour that holds documents, counts its calls, and may be away.
struct FakeStage {
  std::map<std::string, std::string> documents;
  std::vector<std::string> newest;
  std::vector<std::string> filled;  // "lease key document origin position stored_us"
  std::uint64_t lease = 0;
  bool away = false;
  int finds = 0;
  int lists = 0;

  Neighbour neighbour() {
    Neighbour stage;
    stage.find = [this](std::string_view key, const Visit& visit, std::uint64_t& out) {
      ++finds;
      if (away) throw std::runtime_error("the server is away");
      const auto found = documents.find(std::string(key));
      if (found == documents.end()) {
        out = lease;
        return Answer::absent;
      }
      visit({.key = key,
             .document = found->second,
             .origin = "c/t/1",
             .position = 7,
             .stored_us = 8});
      return Answer::found;
    };
    stage.latest = [this](std::size_t limit, const Visit& visit) {
      ++lists;
      if (away) throw std::runtime_error("the server is away");
      for (const std::string& key : newest) {
        if (limit-- == 0) break;
        if (!visit({.key = key,
                    .document = "{}",
                    .stored_us = key == "old" ? 0 : 1'637'907'739'000'042}))
          break;
      }
      return Answer::found;
    };
    stage.fill = [this](std::uint64_t with, const Entry& entry) {
      filled.push_back(std::to_string(with) + ' ' + std::string(entry.key) + ' ' +
                       std::string(entry.document) + ' ' + std::string(entry.origin) + ' ' +
                       std::to_string(entry.position) + ' ' + std::to_string(entry.stored_us));
    };
    return stage;
  }
};

class HttpQueryStage : public ::testing::Test {
 protected:
  HttpQueryStage() {
    cache.lease = 5;
    bench.offer("cache", cache.neighbour());
    bench.offer("store", store.neighbour());
    bench.start();
  }

  static void expect_problem(const HttpAnswer& answer, std::uint32_t status) {
    EXPECT_EQ(answer.status, status);
    EXPECT_EQ(answer.header("Content-Type"), "application/problem+json");
    EXPECT_EQ(answer.header("Cache-Control"), "no-store");
    EXPECT_EQ(answer.sends, 1);
    const Json body = read_json(answer.body);
    EXPECT_EQ(body.member("type")->text, "about:blank");
    EXPECT_EQ(body.member("status")->text, std::to_string(status));
    EXPECT_FALSE(body.member("title")->text.empty());
    EXPECT_FALSE(body.member("detail")->text.empty());
  }

  FakeStage cache, store;
  Bench<HttpQuery> bench{config};
};

TEST_F(HttpQueryStage, AnswersFromTheFirstStageThatHasTheDocument) {
  cache.documents["a"] = R"({ "id": "a" })";
  store.documents["a"] = "never asked for";
  const auto answer = bench.get("/order/a");
  EXPECT_EQ(answer.status, 200U);
  EXPECT_EQ(answer.body, R"({ "id": "a" })");
  EXPECT_EQ(answer.header("Content-Type"), "application/json");
  EXPECT_EQ(answer.header("Weir-Source"), "cache");
  EXPECT_EQ(answer.header("Cache-Control"), "no-store");
  EXPECT_THAT(answer.header("Server-Timing"), MatchesRegex("cache;dur=[0-9]+\\.[0-9][0-9][0-9]"));
  EXPECT_EQ(answer.sends, 1);
  EXPECT_EQ(store.finds, 0);
  EXPECT_TRUE(cache.filled.empty());
}

TEST_F(HttpQueryStage, FillsTheEarlierStagesWithWhatALaterOneHad) {
  store.documents["a"] = "{}";
  const auto answer = bench.get("/order/a");
  EXPECT_EQ(answer.status, 200U);
  EXPECT_EQ(answer.header("Weir-Source"), "store");
  EXPECT_THAT(
      answer.header("Server-Timing"),
      MatchesRegex("cache;dur=[0-9]+\\.[0-9][0-9][0-9], store;dur=[0-9]+\\.[0-9][0-9][0-9]"));
  EXPECT_EQ(cache.filled, (std::vector<std::string>{"5 a {} c/t/1 7 8"}));
  EXPECT_TRUE(store.filled.empty());
}

TEST_F(HttpQueryStage, FillsNothingWithoutALease) {
  cache.lease = 0;
  store.documents["a"] = "{}";
  EXPECT_EQ(bench.get("/order/a").status, 200U);
  EXPECT_TRUE(cache.filled.empty());
}

TEST_F(HttpQueryStage, SaysWhenNoStageHasIt) {
  const auto answer = bench.get("/order/a%22%5C%C3%A9");
  expect_problem(answer, 404);
  EXPECT_NE(read_json(answer.body).member("detail")->text.find("é"), std::string::npos);
  EXPECT_EQ(cache.finds, 1);
  EXPECT_EQ(store.finds, 1);
}

TEST_F(HttpQueryStage, RefusesWhatIsNoKey) {
  for (const std::string& target :
       {std::string("/order/"), "/order/" + std::string(513, 'x'), std::string("/order/a%0Ab"),
        std::string("/order/%7F"), std::string("/order/%1b[31m")}) {
    expect_problem(bench.get(target), 400);
  }
  EXPECT_EQ(cache.finds, 0);
}

TEST_F(HttpQueryStage, TakesTheLongestKey) {
  expect_problem(bench.get("/order/" + std::string(512, 'x')), 404);
}

TEST_F(HttpQueryStage, AnswersFromTheCacheWhileTheStoreIsAway) {
  store.away = true;
  cache.documents["a"] = "{}";
  EXPECT_EQ(bench.get("/order/a").status, 200U);
}

TEST_F(HttpQueryStage, SaysThatItCannotKnowWhileTheStoreIsAway) {
  store.away = true;
  const auto answer = bench.get("/order/a");
  expect_problem(answer, 503);
  EXPECT_EQ(answer.header("Retry-After"), "1");
  EXPECT_THAT(answer.header("Server-Timing"), MatchesRegex("cache;dur=.*, store;dur=.*"));
  EXPECT_EQ(answer.body.find("the server is away"), std::string::npos)
      << "the reason is for the log, not for strangers";
}

TEST_F(HttpQueryStage, AsksTheNextStageWhenTheFirstIsAway) {
  cache.away = true;
  store.documents["a"] = "{}";
  EXPECT_EQ(bench.get("/order/a").header("Weir-Source"), "store");
  EXPECT_TRUE(cache.filled.empty());
  expect_problem(bench.get("/order/b"), 503);
}

TEST_F(HttpQueryStage, LogsAStageThatIsAwayOnceInAWhile) {
  store.away = true;
  for (int i = 0; i < 20; ++i) bench.get("/order/a");
  ASSERT_EQ(bench.log().size(), 1U);
  EXPECT_NE(bench.log()[0].find("the stage `store` does not answer lookups: the server is away"),
            std::string::npos);
}

TEST_F(HttpQueryStage, MeasuresEachStageByItsAnswer) {
  cache.documents["a"] = "{}";
  bench.get("/order/a");
  bench.get("/order/b");
  store.away = true;
  bench.get("/order/b");
  const auto count = [&](const char* from, const char* answer) {
    return bench.observations("weir_query_seconds", {{"from", from}, {"answer", answer}}).size();
  };
  EXPECT_EQ(count("cache", "found"), 1U);
  EXPECT_EQ(count("cache", "absent"), 2U);
  EXPECT_EQ(count("store", "absent"), 1U);
  EXPECT_EQ(count("store", "unavailable"), 1U);
  EXPECT_EQ(count("store", "found"), 0U);
}

TEST_F(HttpQueryStage, ListsTheNewestKeys) {
  cache.newest = {"b\"", "old"};
  const auto answer = bench.get("/orders?limit=2");
  EXPECT_EQ(answer.status, 200U);
  EXPECT_EQ(answer.header("Content-Type"), "application/json");
  EXPECT_EQ(answer.header("Cache-Control"), "no-store");
  EXPECT_EQ(
      answer.body,
      R"({"entries":[{"key":"b\"","stored_at":"2021-11-26T06:22:19.000042Z"},{"key":"old","stored_at":null}]})");
  EXPECT_EQ(store.lists, 0) << "the cache had as many as were asked for";
}

TEST_F(HttpQueryStage, ListsFromTheStoreWhatTheCacheDoesNotHave) {
  cache.newest = {"c"};
  store.newest = {"c", "b", "a"};
  EXPECT_EQ(read_json(bench.get("/orders").body).member("entries")->items.size(), 3U);
  store.away = true;
  EXPECT_EQ(read_json(bench.get("/orders").body).member("entries")->items.size(), 1U);
  cache.away = true;
  const auto answer = bench.get("/orders");
  expect_problem(answer, 503);
  EXPECT_EQ(answer.header("Retry-After"), "1");
}

TEST_F(HttpQueryStage, ListsNothingWhenThereIsNothing) {
  EXPECT_EQ(bench.get("/orders").body, R"({"entries":[]})");
}

TEST_F(HttpQueryStage, ListsTwentyUnlessToldOtherwise) {
  for (int i = 0; i < 200; ++i) cache.newest.push_back("k" + std::to_string(i));
  const auto size = [&](const char* target) {
    return read_json(bench.get(target).body).member("entries")->items.size();
  };
  EXPECT_EQ(size("/orders"), 20U);
  EXPECT_EQ(size("/orders?limit=1"), 1U);
  EXPECT_EQ(size("/orders?x=y&limit=100"), 100U);
  for (const char* target :
       {"/orders?limit=0", "/orders?limit=101", "/orders?limit=", "/orders?limit=-1",
        "/orders?limit=1e1", "/orders?limit=99999999999999999999999"}) {
    expect_problem(bench.get(target), 400);
  }
}

TEST(HttpQuery, ServesNoListUnlessToldTo) {
  Bench<HttpQuery> bench(R"({"route":"/order/{id}","from":["cache"]})");
  bench.start();
  ASSERT_EQ(bench.routes().size(), 1U);
  EXPECT_EQ(bench.routes()[0].pattern, "/order/{id}");
}

TEST(HttpQuery, SaysThatItCannotKnowWhenNoSuchStageExists) {
  Bench<HttpQuery> bench(R"({"route":"/order/{id}","from":["nobody"]})");
  bench.start();
  EXPECT_EQ(bench.get("/order/a").status, 503U);
}

TEST(HttpQuery, RefusesARouteWithoutOneName) {
  for (const char* route : {"/order", "/{a}/{b}", "/order/}{", "/order/{a"}) {
    EXPECT_THROW(Bench<HttpQuery>(std::string(R"({"route":")") + route + R"(","from":["cache"]})"),
                 std::runtime_error)
        << route;
  }
}

TEST(HttpQuery, NeedsAWebServer) {
  Bench<HttpQuery> bench(R"({"route":"/order/{id}","from":["cache"]})");
  bench.without_http();
  EXPECT_THROW(bench.start(), std::runtime_error);
}

}  // namespace
}  // namespace weir::http_query
