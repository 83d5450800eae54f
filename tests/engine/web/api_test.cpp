#include "fakes.hpp"
#include "raw_client.hpp"

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <gtest/gtest.h>

namespace weir::web {
namespace {

Poco::JSON::Object::Ptr json(const RawAnswer& answer) {
  return Poco::JSON::Parser().parse(answer.body).extract<Poco::JSON::Object::Ptr>();
}

class Api : public testing::Test {
 protected:
  FakeObserved observed_;
  WebServer server_{WebOptions{.port = 0}, observed_};
  RawClient client_{server_.port()};

  int status_with(const char* path, std::vector<PipelineSnapshot> pipelines) {
    observed_.set(std::move(pipelines));
    return client_.get(path).status;
  }
};

}  // namespace

TEST_F(Api, ShowsAllPipelinesAndOne) {
  observed_.set({snapshot("orders", State::healthy, true),
                 snapshot("two words", State::failed, false, "why")});
  const RawAnswer all = client_.get("/api/pipelines");
  EXPECT_EQ(all.field("content-type"), "application/json");
  EXPECT_EQ(all.field("cache-control"), "no-store");
  EXPECT_EQ(json(all)->getArray("pipelines")->size(), 2u);
  const RawAnswer one = client_.get("/api/pipelines/two%20words");
  EXPECT_EQ(one.status, 200);
  EXPECT_EQ(json(one)->getValue<std::string>("reason"), "why");
}

TEST_F(Api, AnswersWithProblems) {
  for (const char* path :
       {"/api/pipelines/none", "/api", "/api/pipelines/", "/api/pipelines/a/b", "/none", "/"}) {
    const RawAnswer answer = client_.get(path);
    EXPECT_EQ(answer.status, 404) << path;
    EXPECT_EQ(answer.field("content-type"), "application/problem+json") << path;
    const auto problem = json(answer);
    EXPECT_EQ(problem->getValue<std::string>("type"), "about:blank");
    EXPECT_EQ(problem->getValue<std::string>("title"), "Not Found");
    EXPECT_EQ(problem->getValue<int>("status"), 404);
    EXPECT_FALSE(problem->getValue<std::string>("detail").empty());
  }
}

TEST_F(Api, TellsWhichMethodsAreServed) {
  client_.send("DELETE /api/pipelines HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const RawAnswer answer = client_.answer();
  EXPECT_EQ(answer.status, 405);
  EXPECT_EQ(answer.field("allow"), "GET, HEAD");
}

TEST_F(Api, ShowsTheRuntimesMetricsAndItsOwn) {
  const RawAnswer answer = client_.get("/metrics");
  EXPECT_EQ(answer.field("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_NE(answer.body.find("weir_test 1\n"), std::string::npos);
  EXPECT_NE(answer.body.find("\nweir_http_connections 1\n"), std::string::npos) << answer.body;
  EXPECT_TRUE(answer.body.ends_with('\n'));
}

TEST_F(Api, IsReadyOnlyWhenEveryPipelineIs) {
  const PipelineSnapshot good = snapshot("good", State::healthy, true);
  EXPECT_EQ(status_with("/readyz", {}), 503);
  EXPECT_EQ(status_with("/readyz", {good}), 200);
  EXPECT_EQ(status_with("/readyz", {good, snapshot("b", State::waiting, true)}), 200);
  EXPECT_EQ(status_with("/readyz", {good, snapshot("b", State::ended, true)}), 200);
  EXPECT_EQ(status_with("/readyz", {good, snapshot("b", State::starting, false)}), 503);
  for (const State state : {State::failed, State::draining, State::stopped})
    EXPECT_EQ(status_with("/readyz", {good, snapshot("b", state, true)}), 503) << to_string(state);
}

TEST_F(Api, IsNotReadyWhileCommitsStandStill) {
  PipelineSnapshot stalled = snapshot("orders", State::waiting, true, "the database is away");
  stalled.commit_age_seconds = 75.5;
  EXPECT_EQ(status_with("/readyz", {stalled}), 200);
  stalled.stalled = true;
  EXPECT_EQ(status_with("/readyz", {stalled}), 503);
  const auto document = json(client_.get("/readyz"));
  EXPECT_EQ(document->getValue<std::string>("detail"),
            "orders: waiting, no commit for 75 s, longer than `stalled` allows (the database is "
            "away)");
  EXPECT_TRUE(document->getArray("pipelines")->getObject(0)->getValue<bool>("stalled"));
  EXPECT_EQ(status_with("/healthz", {stalled}), 200) << "a restart would not help";
}

TEST_F(Api, SaysWhyItIsNotReady) {
  observed_.set({snapshot("good", State::healthy, true),
                 snapshot("orders", State::starting, false, "restores the cache")});
  const RawAnswer answer = client_.get("/readyz");
  EXPECT_EQ(answer.field("content-type"), "application/problem+json");
  const auto document = json(answer);
  EXPECT_EQ(document->getValue<std::string>("detail"),
            "orders: starting, not ready (restores the cache)");
  EXPECT_FALSE(document->getValue<bool>("ready"));
  EXPECT_EQ(document->getArray("pipelines")->size(), 2u);
}

TEST_F(Api, IsHealthyUntilAPipelineHasFailed) {
  EXPECT_EQ(status_with("/healthz", {}), 200);
  for (const State state : {State::starting, State::healthy, State::waiting, State::draining,
                            State::ended, State::stopped})
    EXPECT_EQ(status_with("/healthz", {snapshot("a", state, false)}), 200) << to_string(state);
  EXPECT_EQ(status_with("/healthz", {snapshot("a", State::failed, true, "the table is gone")}),
            503);
  EXPECT_EQ(json(client_.get("/healthz"))->getValue<std::string>("detail"),
            "a: failed (the table is gone)");
}

TEST_F(Api, SurvivesARuntimeThatThrows) {
  observed_.break_down();
  EXPECT_EQ(client_.get("/api/pipelines").status, 500);
  EXPECT_NE(client_.get("/metrics").body.find("weir_http_failures_total 1\n"), std::string::npos);
}

}  // namespace weir::web
