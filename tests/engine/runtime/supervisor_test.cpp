#include "run.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <chrono>
#include <map>
#include <string>

namespace weir {
namespace {

using testing::HasSubstr;

/// Stands in for the web server: keeps the routes and calls them.
class KeptRoutes : public Routes {
 public:
  struct Kept {
    const void* owner;
    weir_http_handler handler;
    void* self;
  };
  explicit KeptRoutes(std::map<std::string, Kept>& routes) : routes_(routes) {}
  std::string add(const void* owner, std::string_view pattern, weir_http_handler handler,
                  void* self) override {
    const bool added = routes_.try_emplace(std::string(pattern), Kept{owner, handler, self}).second;
    return added ? "" : "the pattern is taken";
  }
  void remove(const void* owner) override {
    std::erase_if(routes_, [owner](const auto& each) { return each.second.owner == owner; });
  }

 private:
  std::map<std::string, Kept>& routes_;
};

class SupervisorTest : public Run {
 protected:
  Supervisor::Serve serve() {
    return
        [this](const HttpSpec&, const Observed&) { return std::make_unique<KeptRoutes>(routes); };
  }
  std::map<std::string, KeptRoutes::Kept> routes;
};

constexpr const char* counting = R"(
pipeline: p
source: { stage: fixture-counting-source, with: { lanes: 2, messages: 10 } }
steps: [{ name: seen, stage: fixture-recording, with: { path: seen } }]
)";

TEST_F(SupervisorTest, RefusesTwoPipelinesOfOneName) {
  EXPECT_THROW(
      Supervisor({read(counting), read(counting)}, registry, log, metrics, nullptr, scheduler),
      std::runtime_error);
}

TEST_F(SupervisorTest, RefusesAPipelineWhoseStageRefusesItsConfiguration) {
  try {
    start(
        "pipeline: p\nsource: { stage: fixture-counting-source }\nsteps: [{ name: bad, stage: "
        "fixture-throws, with: { where: create } }]\n");
    FAIL() << "it was built";
  } catch (const BuildError& e) {
    EXPECT_EQ(e.stage(), "bad");
    EXPECT_THAT(e.what(), HasSubstr("thrown from create"));
  }
}

TEST_F(SupervisorTest, ShowsTheBooksOfEachLaneAsMetrics) {
  start(counting);
  ASSERT_TRUE(ends());
  EXPECT_THAT(supervisor->metrics(),
              HasSubstr("weir_lane_stored_total{pipeline=\"p\",lane=\"fixture/counting/1\"} 10"));
  EXPECT_THAT(supervisor->metrics(),
              HasSubstr("weir_pipeline_state{pipeline=\"p\",state=\"ended\"} 1"));
  EXPECT_THAT(supervisor->metrics(),
              HasSubstr("weir_stage_messages_total{pipeline=\"p\",stage=\"seen\"} 20"));
}

TEST_F(SupervisorTest, WhoWatchesAStageSeesWhatPassesUntilThePipelineStopsOrFails) {
  std::vector<PipelineSpec> specs{read(R"(
pipeline: p
http: { listen: "127.0.0.1:0" }
source: { name: source, stage: fixture-counting-source, with: { messages: 10, batch: 5 } }
steps:
  - { name: picky, stage: fixture-rejecting, with: { text: ":2" } }
  - { name: failing, stage: fixture-failing, with: { text: ":7" } }
rejects: [{ name: letters, stage: fixture-recording, with: { path: letters } }]
batch: { messages: 5 }
)")};
  supervisor =
      std::make_unique<Supervisor>(std::move(specs), registry, log, metrics, serve(), scheduler);
  using Refusal = TapOpening::Refusal;
  EXPECT_EQ(supervisor->tap("q", "picky", "").refusal, Refusal::no_pipeline);
  EXPECT_EQ(supervisor->tap("p", "none", "").refusal, Refusal::no_stage);
  std::map<std::string, std::unique_ptr<Watching>> taps;
  for (const char* stage : {"source", "picky", "letters"})
    taps[stage] = supervisor->tap("p", stage, "").watching;
  supervisor->start();
  std::map<std::string, std::size_t> seen;
  for (auto& [stage, tap] : taps) {
    ASSERT_TRUE(eventually([&, &count = seen[stage], &watching = *tap] {
      const Tap::Seen now = watching.take();
      count += now.messages.size();
      return now.over;
    })) << stage;
  }
  EXPECT_GE(seen["source"], 8U);  // whether it reads on before the failure is known
  EXPECT_GE(seen["picky"], 5U);
  EXPECT_EQ(seen["letters"], 1U);
  EXPECT_TRUE(supervisor->pipelines().at(0).state == State::failed);
  EXPECT_EQ(supervisor->tap("p", "picky", "").refusal, Refusal::not_now);
}

TEST_F(SupervisorTest, ServesRoutesWhileThePipelineRunsAndTakesThemAwayBeforeTheStageStops) {
  start(R"(
pipeline: p
http: { listen: "127.0.0.1:0" }
services: [{ stage: fixture-window }]
)",
        serve());
  ASSERT_TRUE(eventually([this] { return shot().ready; }));
  EXPECT_EQ(routes.count("/fixture/{key}"), 1U);
  supervisor->stop();
  ASSERT_TRUE(ends());
  EXPECT_TRUE(routes.empty());
}

TEST_F(SupervisorTest, APipelineOfServicesAloneRunsUntilItIsStopped) {
  start(R"(
pipeline: p
http: { listen: "127.0.0.1:0" }
services: [{ stage: fixture-window }]
)",
        serve());
  ASSERT_TRUE(eventually([this] { return shot().state == State::healthy; }));
  EXPECT_FALSE(supervisor->over());
  supervisor->stop();
  ASSERT_TRUE(ends());
  EXPECT_EQ(supervisor->end(), RunEnd::well);
}

TEST_F(SupervisorTest, ARouteWithoutAServerSaysWhatToAdd) {
  start("pipeline: p\nservices: [{ stage: fixture-window }]\n");
  ASSERT_TRUE(ends());
  EXPECT_EQ(supervisor->end(), RunEnd::failed);
  EXPECT_THAT(shot().reason, HasSubstr("add `http: { listen: … }`"));
}

TEST_F(SupervisorTest, AFailedPipelineThatIsServedStaysToShowWhyUntilItIsStopped) {
  start(R"(
pipeline: p
http: { listen: "127.0.0.1:0" }
source: { stage: fixture-counting-source }
steps: [{ stage: fixture-failing }]
services: [{ stage: fixture-window }]
)",
        serve());
  ASSERT_TRUE(eventually([this] { return shot().state == State::failed; }));
  EXPECT_FALSE(supervisor->over());
  supervisor->stop();
  ASSERT_TRUE(ends());
  EXPECT_EQ(supervisor->end(), RunEnd::failed);
  EXPECT_TRUE(routes.empty());
}

TEST_F(SupervisorTest, PipelinesOfServicesAloneStopAfterThoseThatMayNeedThem) {
  supervisor = std::make_unique<Supervisor>(std::vector{read(R"(
pipeline: counting
source: { stage: fixture-counting-source, with: { stay: true } }
steps: [{ name: stuck, stage: fixture-sleeper, with: { mark: asleep } }]
drain: 300ms
)"),
                                                        read(R"(
pipeline: serving
http: { listen: "127.0.0.1:0" }
services: [{ stage: fixture-window }]
)")},
                                            registry, log, metrics, serve(), scheduler);
  supervisor->start();
  const auto state_of = [this](std::size_t index) {
    return supervisor->pipelines().at(index).state;
  };
  ASSERT_TRUE(
      eventually([&] { return count("asleep", "sleeps") > 0 && state_of(1) == State::healthy; }));
  supervisor->stop();
  EXPECT_TRUE(eventually([&] { return state_of(0) == State::draining; }));
  EXPECT_EQ(state_of(1), State::healthy);
  EXPECT_TRUE(eventually([&] {
    supervisor->tend();
    return supervisor->over();
  }));
}

TEST_F(SupervisorTest, MakesOneServerOfWhatAllFilesSayOfItsAddress) {
  std::vector<HttpSpec> asked;
  const auto keep = [&](const HttpSpec& http, const Observed&) {
    asked.push_back(http);
    return std::make_unique<KeptRoutes>(routes);
  };
  const std::string beginning = "http: { listen: \"127.0.0.1:0\", ",
                    source = "services: [{ stage: fixture-window }]\n";
  const Supervisor all(
      {read("pipeline: a\nhttp: { listen: \"127.0.0.1:0\" }\n" + source),
       read("pipeline: b\n" + beginning + "hosts: [b.example] }\n" + source),
       read("pipeline: c\n" + beginning + "token: 0123456789abcdef_, page: x }\n" + source)},
      registry, log, metrics, keep, scheduler);
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_EQ(asked[0].hosts, (std::vector<std::string>{"b.example"}));
  EXPECT_EQ(asked[0].token, "0123456789abcdef_");
  EXPECT_EQ(asked[0].page, folder / "x");
}

TEST_F(SupervisorTest, RefusesTwoPipelinesThatDifferOnTheirServer) {
  const auto error_of = [&](const std::string& one, const std::string& other) -> std::string {
    const auto file = [&](const std::string& name, const std::string& more) {
      return read("pipeline: " + name + "\nhttp: { listen: \"127.0.0.1:0\", " + more +
                  " }\nservices: [{ stage: fixture-window }]\n");
    };
    try {
      const Supervisor both({file("a", one), file("b", other)}, registry, log, metrics, serve(),
                            scheduler);
      return "";
    } catch (const std::runtime_error& e) {
      return e.what();
    }
  };
  EXPECT_EQ(error_of("hosts: [a.example]", "hosts: [a.example]"), "");
  EXPECT_THAT(error_of("hosts: [a.example]", "hosts: [b.example]"), HasSubstr("`http: { hosts: "));
  EXPECT_THAT(error_of("page: x", "page: y"), HasSubstr("`http: { page: "));
  const std::string error = error_of("token: secret-secret-one", "token: secret-secret-two");
  EXPECT_THAT(error, HasSubstr("`http: { token: "));
  EXPECT_EQ(error.find("secret-"), std::string::npos) << error;
}

/// The machine's clock, and more.
class Ahead : public SystemScheduler {
 public:
  Time now() const override { return SystemScheduler::now() + ahead.load(); }
  std::atomic<std::chrono::milliseconds> ahead{};
};

TEST_F(SupervisorTest, KeepsASampleOfEachPeriodForTenMinutes) {
  Ahead time;
  Supervisor one({read(counting)}, registry, log, metrics, nullptr, time);
  EXPECT_TRUE(one.history().empty());
  one.tend();
  one.tend();
  ASSERT_EQ(one.history().size(), 1U) << "the period is not over";
  EXPECT_EQ(one.history().front()->pipelines.at(0).name, "p");
  const auto first = one.history().front();
  for (int i = 1; i < 300; ++i) {
    time.ahead = i * std::chrono::milliseconds(history_period);
    one.tend();
  }
  EXPECT_EQ(one.history().size(), 300U);
  EXPECT_EQ(one.history().front(), first);
  time.ahead = 300 * std::chrono::milliseconds(history_period);
  one.tend();
  EXPECT_EQ(one.history().size(), 300U) << "the oldest has gone";
  EXPECT_NE(one.history().front(), first);
}

TEST_F(SupervisorTest, ShowsThatAPipelineHasStalledOnceItsTimeIsOver) {
  start(R"(
pipeline: p
source: { stage: fixture-counting-source }
steps: [{ stage: fixture-retry, with: { times: 1000000 } }]
retry: { first: 1ms, longest: 5ms }
stalled: 1s
drain: 0s
)");
  EXPECT_TRUE(eventually([this] {
    const PipelineSnapshot now = shot();
    EXPECT_EQ(now.stalled, now.commit_age_seconds.value_or(0) > 1.0);
    return now.stalled;
  }));
}

}  // namespace
}  // namespace weir
