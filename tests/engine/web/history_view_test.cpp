#include "engine/web/history_view.hpp"

#include "fakes.hpp"
#include "raw_client.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace weir::web {
namespace {

std::shared_ptr<const HistorySample> sample(std::int64_t seconds,
                                            std::vector<PipelineSnapshot> pipelines) {
  return std::make_shared<const HistorySample>(
      HistorySample{Moment(std::chrono::seconds(seconds)), std::move(pipelines)});
}

TEST(HistoryView, HasAColumnForEachFigureWithNullWhereThereIsNone) {
  PipelineSnapshot one = snapshot("orders", State::healthy, true);
  one.lanes.push_back({.origin = "a", .read = 5, .stored = 3, .rejected = 1, .in_flight = 1});
  one.lanes.push_back({.origin = "b", .read = 2, .stored = 2});
  one.stages.push_back({.name = "in", .type = "t", .role = "source", .in = 7, .retries = 2});
  one.stages[0].figures = {{.name = "lag", .labels = {{"p", "0"}}, .value = 4},
                           {.name = "lag", .labels = {{"p", "1"}}, .value = 6},
                           {.name = "odd", .value = std::numeric_limits<double>::quiet_NaN()},
                           {.name = "took", .kind = Figure::Kind::histogram, .count = 1}};
  PipelineSnapshot later = one;
  later.lanes[0].read = 9;
  later.commit_age_seconds = 0.5;
  later.stages[0].p99_seconds = 0.25;
  const History history{sample(100, {}), sample(102, {snapshot("other", State::failed, true), one}),
                        sample(104, {later})};
  EXPECT_EQ(
      history_json(history, "orders"),
      R"({"period_seconds":2,"times":[100,102,104],"commit_age_seconds":[null,null,0.5],)"
      R"("dropped":[null,0,0],"in_flight":[null,1,1],"read":[null,7,11],"rejected":[null,1,1],)"
      R"("retries":[null,2,2],"stored":[null,5,5],)"
      R"("stages":{"in":{"in":[null,7,7],"p99_seconds":[null,null,0.25]}},)"
      R"("figures":{"in":{"lag":[null,10,10],"odd":[null,null,null]}}})");
  EXPECT_EQ(history_json(history, "none"), std::nullopt);
}

TEST(HistoryView, IsServed) {
  FakeObserved observed;
  observed.set_history({sample(100, {snapshot("two words", State::healthy, true)})});
  WebServer server(WebOptions{.port = 0}, observed);
  RawClient client(server.port());
  const RawAnswer answer = client.get("/api/pipelines/two%20words/history");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body.substr(0, 34), R"({"period_seconds":2,"times":[100],)");
  EXPECT_EQ(client.get("/api/pipelines/none/history").status, 404);
}

}  // namespace
}  // namespace weir::web
