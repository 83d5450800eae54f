#include "engine/web/route_registry.hpp"

#include <gtest/gtest.h>
#include <future>
#include <stdexcept>
#include <thread>

namespace weir::web {
namespace {

void no_answer(void*, const weir_http_request*, weir_http_reply*) {}

/// The pattern that answers a path, or "".
std::string route_of(const RouteRegistry& registry, const char* path) {
  Target target;
  EXPECT_FALSE(target.read(path)) << path;
  RouteRegistry::Reader reader(registry);
  const Route* route = reader.table().find(target);
  return route ? route->pattern.text() : "";
}

}  // namespace

TEST(RoutePattern, GivesTheValuesOfItsNamesInOrder) {
  const RoutePattern pattern("/shop/{shop}/order/{order_uid}");
  Target target;
  ASSERT_FALSE(target.read("/shop/7/order/a%2Fb"));
  ASSERT_TRUE(pattern.matches(target));
  std::vector<std::string_view> values;
  pattern.values(target, values);
  EXPECT_EQ(values, (std::vector<std::string_view>{"7", "a/b"}));
}

TEST(RoutePattern, MatchesWholePathsOnly) {
  const RoutePattern pattern("/order/{id}");
  for (const char* path : {"/order", "/order/a/b", "/orders/a", "/", "/Order/a"}) {
    Target target;
    ASSERT_FALSE(target.read(path));
    EXPECT_FALSE(pattern.matches(target)) << path;
  }
  Target empty;
  ASSERT_FALSE(empty.read("/order/"));
  EXPECT_TRUE(pattern.matches(empty)) << "the stage says what an empty id means";
}

TEST(RoutePattern, RefusesWhatIsNoPattern) {
  for (const char* text :
       {"",         "/",         "order",        "/order/",     "//x",         "/order/{",
        "/order/}", "/order/{}", "/order/{a b}", "/order/x{a}", "/order/{a}x", "/order/{a}/{a}",
        "/or der",  "/%41",      "/a?b",         "/..",         "/{file}",     "/api/x",
        "/metrics", "/healthz",  "/readyz/x"})
    EXPECT_THROW(RoutePattern{text}, std::invalid_argument) << text;
}

TEST(RouteRegistry, PrefersALiteralSegmentToAName) {
  RouteRegistry registry;
  const int owner = 0;
  EXPECT_EQ(registry.add(&owner, "/order/{id}", no_answer, nullptr), "");
  EXPECT_EQ(registry.add(&owner, "/order/latest", no_answer, nullptr), "");
  EXPECT_EQ(registry.add(&owner, "/order/{id}/items", no_answer, nullptr), "");
  EXPECT_EQ(registry.add(&owner, "/order/latest/{what}", no_answer, nullptr), "");
  EXPECT_EQ(route_of(registry, "/order/latest"), "/order/latest");
  EXPECT_EQ(route_of(registry, "/order/7"), "/order/{id}");
  EXPECT_EQ(route_of(registry, "/order/7/items"), "/order/{id}/items");
  EXPECT_EQ(route_of(registry, "/order/latest/items"), "/order/latest/{what}");
}

TEST(RouteRegistry, RefusesAPatternThatIsTakenUnderOtherNames) {
  RouteRegistry registry;
  const int one = 0, other = 0;
  EXPECT_EQ(registry.add(&one, "/order/{order_uid}", no_answer, nullptr), "");
  const std::string why = registry.add(&other, "/order/{id}", no_answer, nullptr);
  EXPECT_NE(why.find("/order/{order_uid}"), std::string::npos) << why;
  EXPECT_NE(registry.add(&other, "/broken/{", no_answer, nullptr), "");
  EXPECT_NE(registry.add(&other, "/null", nullptr, nullptr), "");
}

TEST(RouteRegistry, TakesAwayOneOwnersRoutesOnly) {
  RouteRegistry registry;
  const int one = 0, other = 0;
  registry.add(&one, "/one", no_answer, nullptr);
  registry.add(&one, "/one/more", no_answer, nullptr);
  registry.add(&other, "/other", no_answer, nullptr);
  registry.remove(&one);
  registry.remove(&one);
  EXPECT_EQ(route_of(registry, "/one"), "");
  EXPECT_EQ(route_of(registry, "/one/more"), "");
  EXPECT_EQ(route_of(registry, "/other"), "/other");
  EXPECT_EQ(registry.add(&other, "/one", no_answer, nullptr), "")
      << "a path is free once its owner has gone";
}

TEST(RouteRegistry, ShowsAReaderTheNewTable) {
  RouteRegistry registry;
  const int owner = 0;
  RouteRegistry::Reader reader(registry);
  Target target;
  ASSERT_FALSE(target.read("/late"));
  EXPECT_EQ(reader.table().find(target), nullptr);
  registry.add(&owner, "/late", no_answer, nullptr);
  EXPECT_NE(reader.table().find(target), nullptr);
  registry.remove(&owner);
  EXPECT_EQ(reader.table().find(target), nullptr);
}

TEST(Gate, LetsNobodyInOnceItIsClosed) {
  Gate gate;
  { EXPECT_TRUE(Visit(gate)); }
  gate.close();
  EXPECT_FALSE(Visit(gate));
  gate.close();
}

TEST(Gate, NeverClosesOverAVisitor) {
  for (int round = 0; round < 200; ++round) {
    Gate gate;
    std::atomic<int> inside{0};
    std::atomic<bool> closed{false};
    const auto visit = [&] {
      for (int visits = 0; visits < 1'000'000; ++visits) {
        const Visit visitor(gate);
        if (!visitor) return;
        ++inside;
        EXPECT_FALSE(closed);
        --inside;
      }
    };
    std::thread first(visit), second(visit);
    gate.close();
    EXPECT_EQ(inside, 0);
    closed = true;
    first.join();
    second.join();
  }
}

}  // namespace weir::web
