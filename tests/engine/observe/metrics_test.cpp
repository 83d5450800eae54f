#include "engine/observe/metrics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace weir {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Metrics, TheSameNameAndLabelsAreTheSameSeries) {
  Metrics metrics;
  metrics.counter("weir_x_total", "x", {{"a", "1"}}).add(2);
  metrics.counter("weir_x_total", "x", {{"a", "1"}}).add(3);
  metrics.counter("weir_x_total", "x", {{"a", "2"}}).add(1);
  EXPECT_EQ(metrics.counter("weir_x_total", "x", {{"a", "1"}}).value(), 5);
  EXPECT_THAT(Metrics::text(metrics.collect()), HasSubstr("weir_x_total{a=\"1\"} 5"));
}

TEST(Metrics, ShowsTheFiguresOfWhoAskedForThem) {
  Metrics metrics;
  const int one = 0, two = 0;
  metrics.gauge("weir_lag", "x", {{"lane", "1"}}, &one).set(7);
  metrics.counter("weir_a_total", "x", {}, &one).add(2);
  metrics.histogram("weir_took", "x", {}, {1, 2}, &one).observe(1.5);
  metrics.gauge("weir_lag", "x", {{"lane", "2"}}, &two).set(8);
  metrics.gauge("weir_lag", "x", {{"lane", "3"}}).set(9);
  const auto figures = metrics.figures(&one);
  ASSERT_EQ(figures.size(), 3u);
  EXPECT_EQ(figures[0].name, "weir_a_total");
  EXPECT_EQ(figures[0].kind, Figure::Kind::counter);
  EXPECT_EQ(figures[0].value, 2);
  EXPECT_EQ(figures[1].labels, (MetricLabels{{"lane", "1"}}));
  EXPECT_EQ(figures[1].value, 7);
  EXPECT_EQ(figures[2].kind, Figure::Kind::histogram);
  EXPECT_EQ(figures[2].count, 1u);
  EXPECT_EQ(figures[2].sum, 1.5);
  EXPECT_TRUE(figures[2].p99.has_value());
  metrics.gauge("weir_lag", "x", {{"lane", "2"}}).drop();
  EXPECT_TRUE(metrics.figures(&two).empty());
}

TEST(Metrics, ANameIsOfOneKind) {
  Metrics metrics;
  metrics.counter("weir_x", "x", {});
  EXPECT_THROW(metrics.gauge("weir_x", "x", {}), std::invalid_argument);
}

TEST(Metrics, RefusesNamesThatPrometheusCannotRead) {
  Metrics metrics;
  EXPECT_ANY_THROW(metrics.counter("not a name", "x", {}));
  EXPECT_ANY_THROW(metrics.counter("weir_x", "x", {{"not a label", "1"}}));
  EXPECT_NO_THROW(metrics.gauge("weir_x", "x", {}));
}

TEST(Metrics, ADroppedSeriesIsGoneAndMayComeBack) {
  Metrics metrics;
  metrics.gauge("weir_lag", "x", {{"lane", "0"}}).set(7);
  metrics.gauge("weir_lag", "x", {{"lane", "0"}}).drop();
  EXPECT_THAT(Metrics::text(metrics.collect()), Not(HasSubstr("lane=\"0\"")));
  EXPECT_EQ(metrics.gauge("weir_lag", "x", {{"lane", "0"}}).value(), 0);
}

TEST(Metrics, QuantilesLieWithinTheirBucket) {
  Metrics metrics;
  Series& series = metrics.histogram("weir_seconds", "x", {}, {1, 2, 4});
  EXPECT_EQ(series.quantile(0.5), std::nullopt);
  for (int i = 0; i < 100; ++i) series.observe(1.5);
  EXPECT_GE(*series.quantile(0.5), 1);
  EXPECT_LE(*series.quantile(0.99), 2);
}

}  // namespace
}  // namespace weir
