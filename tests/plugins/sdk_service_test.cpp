#include <weir/testing/bench.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <map>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using weir::Answer;
using weir::testing::Bench;
using weir::testing::Neighbour;

/// Serves what its neighbour `store` knows.
class Window {
 public:
  static constexpr weir::Info info{.id = "window", .summary = "Serves documents."};
  explicit Window(const weir::Context& context)
      : host_(context.host),
        asked_(host_.counter("weir_asked_total", "Requests.", {{"kind", "order"}})) {}

  void start() {
    host_.route<&Window::show>("/order/{id}", *this);
    host_.route<&Window::fail>("/fail", *this);
    host_.info("the window is open");
  }

  void show(const weir::Request& request, weir::Reply& reply) {
    asked_.add();
    std::string document;
    const auto found = host_.find("store", request.parameter(0), [&](const weir::Entry& entry) {
      if (entry.document == "poison") throw std::runtime_error("poisoned");
      document = entry.document;
    });
    switch (found.answer) {
      case Answer::found:
        return reply.send(200, {{"Content-Type", "text/plain"}}, document);
      case Answer::absent:
        return reply.send(404, {}, std::to_string(found.lease));
      case Answer::unavailable:
        return reply.send(503, {{"Why", found.why}}, request.header("accept"));
    }
  }
  void fail(const weir::Request&, weir::Reply&) { throw 7; }

  const weir::Host& host() const { return host_; }

 private:
  weir::Host host_;
  weir::Metric asked_;
};

Neighbour one_document() {
  return {.find = [](std::string_view key, const weir::Visit& visit, std::uint64_t& lease) {
    lease = 12;
    if (key == "broken") throw std::runtime_error("the database is away");
    if (key == "poison") visit({.key = key, .document = "poison"});
    if (key == "a b") visit({.key = key, .document = "a document"});
    return key == "a b" || key == "poison" ? Answer::found : Answer::absent;
  }};
}

TEST(SdkService, AnswersOnItsRoute) {
  Bench<Window> bench;
  bench.offer("store", one_document());
  bench.start();
  const auto answer = bench.get("/order/a%20b?x=1");
  EXPECT_EQ(answer.status, 200U);
  EXPECT_EQ(answer.body, "a document");
  EXPECT_EQ(answer.header("content-type"), "text/plain");
  EXPECT_EQ(bench.get("/order/c").body, "12");
  EXPECT_EQ(bench.get("/other").status, 404U);
  EXPECT_EQ(bench.metric("weir_asked_total", {{"kind", "order"}}), 2);
  EXPECT_THAT(bench.log(), ElementsAre("info: the window is open"));
}

TEST(SdkService, HearsWhyANeighbourCannotAnswer) {
  Bench<Window> bench;
  bench.start();
  EXPECT_THAT(bench.get("/order/a").header("Why"), HasSubstr("no stage `store`"));
  bench.offer("store", one_document());
  const auto answer = bench.get("/order/broken", {{"Accept", "text/html"}});
  EXPECT_EQ(answer.status, 503U);
  EXPECT_EQ(answer.header("Why"), "the database is away");
  EXPECT_EQ(answer.body, "text/html");
}

TEST(SdkService, CarriesAnExceptionOfItsVisitPastTheEngine) {
  Bench<Window> bench;
  bench.offer("store", one_document());
  EXPECT_THROW(bench.object().host().find(
                   "store", "poison", [](const weir::Entry&) { throw std::out_of_range("mine"); }),
               std::out_of_range);
}

TEST(SdkService, Answers500WhenAHandlerThrows) {
  Bench<Window> bench;
  bench.start();
  EXPECT_EQ(bench.get("/fail").status, 500U);
}

TEST(SdkService, CannotRegisterARouteWithoutHttp) {
  Bench<Window> bench;
  bench.without_http();
  EXPECT_THROW(bench.start(), std::runtime_error);
}

TEST(SdkService, SaysWhichExtensionAnEngineLacks) {
  Bench<Window> bench;
  bench.withhold(WEIR_HTTP_1);
  try {
    bench.start();
    FAIL() << "it started";
  } catch (const std::runtime_error& e) {
    EXPECT_THAT(e.what(), HasSubstr(WEIR_HTTP_1));
  }
}

/// Keeps the newest value of each key.
class Shelf {
 public:
  static constexpr weir::Info info{.id = "shelf", .summary = "Keeps values."};
  explicit Shelf(const weir::Context&) {}

  Answer find(std::string_view key, weir::Visit visit, std::uint64_t& lease) {
    if (key == "away") throw std::runtime_error("the shelf fell over");
    const std::lock_guard lock(mutex_);
    const auto found = documents_.find(std::string(key));
    if (found == documents_.end()) {
      lease = 5;
      return Answer::absent;
    }
    visit({.key = key,
           .document = found->second,
           .origin = "shelf/0",
           .position = 3,
           .stored_us = 4});
    return Answer::found;
  }
  Answer latest(std::size_t limit, weir::Visit visit) {
    const std::lock_guard lock(mutex_);
    for (const auto& [key, document] : documents_) {
      if (limit-- == 0 || !visit({.key = key, .document = document})) break;
    }
    return Answer::found;
  }
  void fill(std::uint64_t lease, const weir::Entry& entry) {
    const std::lock_guard lock(mutex_);
    if (lease == 5) documents_[std::string(entry.key)] = entry.document;
  }

  class Worker {
   public:
    explicit Worker(Shelf& shelf) : shelf_(shelf) {}
    void process(const weir::Batch& batch, weir::Edit&) {
      const std::lock_guard lock(shelf_.mutex_);
      for (std::size_t i = 0; i < batch.size(); ++i) {
        shelf_.documents_[std::string(batch[i].key())] = batch[i].value();
      }
    }

   private:
    Shelf& shelf_;
  };

 private:
  std::mutex mutex_;
  std::map<std::string, std::string> documents_;
};

TEST(SdkLookup, FindsListsAndTakesFills) {
  Bench<Shelf> bench;
  bench.process({{"one", "k1"}, {"two", "k2"}});
  const auto found = bench.find("k1");
  EXPECT_EQ(found.answer, Answer::found);
  EXPECT_EQ(found.document, "one");
  EXPECT_EQ(found.origin, "shelf/0");
  EXPECT_EQ(found.position, 3);

  const auto absent = bench.find("k3");
  EXPECT_EQ(absent.answer, Answer::absent);
  bench.fill(absent.lease + 1, {.key = "k3", .document = "stale"});
  EXPECT_EQ(bench.find("k3").answer, Answer::absent);
  bench.fill(absent.lease, {.key = "k3", .document = "three"});
  EXPECT_EQ(bench.find("k3").document, "three");

  EXPECT_EQ(bench.latest(2).entries.size(), 2U);
  EXPECT_EQ(bench.latest(10).entries.size(), 3U);
}

TEST(SdkLookup, IsUnavailableWhenItThrows) {
  Bench<Shelf> bench;
  const auto found = bench.find("away");
  EXPECT_EQ(found.answer, Answer::unavailable);
  EXPECT_EQ(found.why, "the shelf fell over");
}

/// Uses each kind of metric.
class Measured {
 public:
  static constexpr weir::Info info{.id = "measured", .summary = "Measures."};
  explicit Measured(const weir::Context& context) : host_(context.host) {}
  void start() {
    static constexpr std::array bounds{0.1, 1.0};
    host_.gauge("weir_open", "Open.").set(4);
    host_.gauge("weir_open", "Open.").add(-1);
    host_.histogram("weir_seconds", "Time.", bounds).observe(0.5);
    host_.counter("weir_open", "Another kind.").add();
    host_.counter("no metric's name", "Refused.").add();
    auto lane = host_.counter("weir_lane_total", "Of a lane.", {{"lane", "1"}});
    lane.add(2);
    auto copy = lane;
    lane.drop();
    lane.add();
    copy.add();
  }

 private:
  weir::Host host_;
};

TEST(SdkMetrics, ReachTheHost) {
  Bench<Measured> bench;
  bench.start();
  EXPECT_EQ(bench.metric("weir_open"), 3);
  EXPECT_THAT(bench.observations("weir_seconds"), ElementsAre(0.5));
  EXPECT_FALSE(bench.has_metric("weir_lane_total", {{"lane", "1"}}));
  EXPECT_THAT(bench.log(), Contains("error: a metric was refused: weir_open"));
  EXPECT_THAT(bench.log(), Contains("error: a metric was refused: no metric's name"));
  EXPECT_THAT(bench.log(), Contains("error: a dropped metric was used: weir_lane_total"));
  EXPECT_THROW(bench.metric("weir_missing"), std::runtime_error);
}

TEST(SdkMetrics, DoNothingWithoutAHostThatKeepsThem) {
  Bench<Measured> bench;
  bench.withhold(WEIR_METRICS_1);
  EXPECT_NO_THROW(bench.start());
}

}  // namespace
