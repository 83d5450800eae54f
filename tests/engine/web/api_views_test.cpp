#include "engine/web/api_views.hpp"

#include <gtest/gtest.h>
#include <limits>

namespace weir::web {

TEST(ApiViews, ShowEverythingInTheSnapshot) {
  PipelineSnapshot pipeline;
  pipeline.name = "orders";
  pipeline.file = "orders.yaml";
  pipeline.state = State::waiting;
  pipeline.reason = "the database is away";
  pipeline.ready = true;
  pipeline.uptime_seconds = 1.5;
  pipeline.commit_age_seconds = 0.25;
  pipeline.stages.push_back({.name = "store",
                             .type = "pg-sink",
                             .role = "step",
                             .in = 5,
                             .rejected = 1,
                             .dropped = 2,
                             .retries = 3,
                             .p50_seconds = 0.5,
                             .p99_seconds = std::nullopt});
  pipeline.lanes.push_back({.origin = "lane-0",
                            .lane = 1,
                            .shard = 2,
                            .position = 9'007'199'254'740'993,
                            .read = 4,
                            .inserted = 5,
                            .stored = 6,
                            .rejected = 7,
                            .dropped = 8,
                            .in_flight = 9});
  EXPECT_EQ(
      pipeline_json(pipeline),
      R"({"name":"orders","file":"orders.yaml","state":"waiting","reason":"the database is away","ready":true,)"
      R"("uptime_seconds":1.5,"commit_age_seconds":0.25,"stages":[{"name":"store","type":"pg-sink","role":"step",)"
      R"("in":5,"rejected":1,"dropped":2,"retries":3,"p50_seconds":0.5,"p99_seconds":null}],)"
      R"("lanes":[{"origin":"lane-0","lane":1,"shard":2,"position":9007199254740993,"read":4,"inserted":5,)"
      R"("stored":6,"rejected":7,"dropped":8,"in_flight":9}]})");
}

TEST(ApiViews, WriteNullWhereThereIsNoNumber) {
  PipelineSnapshot pipeline;
  pipeline.uptime_seconds = std::numeric_limits<double>::quiet_NaN();
  const std::string text = pipeline_json(pipeline);
  EXPECT_NE(text.find(R"("uptime_seconds":null)"), std::string::npos) << text;
  EXPECT_NE(text.find(R"("commit_age_seconds":null)"), std::string::npos) << text;
}

TEST(ApiViews, EscapeTextsFromOutside) {
  PipelineSnapshot pipeline;
  pipeline.reason = "a\"b\\c\n\x01\xFF\xC3\xBC</script>";
  const std::string text = pipelines_json({pipeline});
  for (const char c : text) EXPECT_GE(static_cast<unsigned char>(c), 0x20u);
  EXPECT_NE(text.find("a\\\"b\\\\c\\n\\u0001\xEF\xBF\xBD\xC3\xBC<"), std::string::npos) << text;
}

TEST(ApiViews, ShowNoPipelinesAsAnEmptyList) {
  EXPECT_EQ(pipelines_json({}), R"({"pipelines":[]})");
}

}  // namespace weir::web
