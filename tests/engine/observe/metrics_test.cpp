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
