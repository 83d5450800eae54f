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
                            .in_flight = 9,
                            .last_read_at = Moment(std::chrono::seconds(1))});
  pipeline.lanes.push_back({.origin = "lane-1"});
  pipeline.waiting.push_back({.stage = "store",
                              .reason = "the database is away",
                              .since = Moment(std::chrono::seconds(2)),
                              .retries = 3});
  pipeline.batch_messages = 10;
  pipeline.batch_bytes = 11;
  pipeline.inbox_bytes_limit = 12;
  pipeline.shards.push_back({.inbox_messages = 13, .inbox_bytes = 14, .in_hand = 15});
  pipeline.stages[0].figures = {
      {.name = "lag",
       .labels = {{"partition", "0"}, {"pipeline", "orders"}, {"stage", "store"}},
       .kind = Figure::Kind::gauge,
       .value = 16},
      {.name = "took", .kind = Figure::Kind::histogram, .count = 17, .sum = 1.5, .p50 = 0.5}};
  EXPECT_EQ(
      pipeline_json(pipeline),
      R"({"name":"orders","file":"orders.yaml","state":"waiting","reason":"the database is away","ready":true,)"
      R"("uptime_seconds":1.5,"commit_age_seconds":0.25,"last_message_at":"1970-01-01T00:00:01.000000Z",)"
      R"("waiting":[{"stage":"store","reason":"the database is away","since":"1970-01-01T00:00:02.000000Z","retries":3}],)"
      R"("batch":{"messages":10,"bytes":11},"shards":[{"shard":0,"inbox_messages":13,"inbox_bytes":14,)"
      R"("inbox_bytes_limit":12,"in_hand_messages":15}],"stages":[{"name":"store","type":"pg-sink","role":"step",)"
      R"("in":5,"rejected":1,"dropped":2,"retries":3,"p50_seconds":0.5,"p99_seconds":null,)"
      R"("figures":[{"name":"lag","labels":{"partition":"0"},"kind":"gauge","value":16},)"
      R"({"name":"took","labels":{},"kind":"histogram","count":17,"sum":1.5,"p50":0.5,"p99":null}]}],)"
      R"("lanes":[{"origin":"lane-0","lane":1,"shard":2,"position":9007199254740993,"read":4,"inserted":5,)"
      R"("stored":6,"rejected":7,"dropped":8,"in_flight":9,)"
      R"("last_read_at":"1970-01-01T00:00:01.000000Z"},{"origin":"lane-1","lane":0,"shard":0,"position":null,"read":0,)"
      R"("inserted":0,"stored":0,"rejected":0,"dropped":0,"in_flight":0,"last_read_at":null}]})");
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
