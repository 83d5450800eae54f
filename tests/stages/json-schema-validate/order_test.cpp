// The schema that is shipped for orders, on the sample order and what can be wrong with it.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>

#include "check.hpp"

namespace weir::json_schema_validate::testing {
namespace {

namespace json = boost::json;

std::string sample() {
  std::ifstream in(ORDER_FILE);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

class OrderSchema : public ::testing::Test {
 protected:
  std::optional<Refusal> check_changed(const std::function<void(json::object&)>& change) {
    json::value order = json::parse(sample());
    change(order.as_object());
    return validator.check(json::serialize(order));
  }

  CompiledSchema schema = CompiledSchema::load(ORDER_SCHEMA);
  Validator validator{schema, {}};
};

TEST_F(OrderSchema, AcceptsTheSampleOrder) {
  EXPECT_EQ(verdict(validator.check(sample())), "accepted");
}

TEST_F(OrderSchema, AsksForEachMemberOfTheSample) {
  const json::value order = json::parse(sample());
  const auto without = [&](const std::string& place,
                           const std::function<json::object&(json::value&)>& object_of) {
    json::value complete = order;
    for (const auto& member : object_of(complete)) {
      json::value changed = order;
      object_of(changed).erase(member.key());
      const auto refusal = validator.check(json::serialize(changed));
      ASSERT_TRUE(refusal) << member.key();
      EXPECT_EQ(refusal->pointer, place) << member.key();
      EXPECT_EQ(refusal->reason, "the member \"" + std::string(member.key()) + "\" is missing");
    }
  };
  without("", [](json::value& value) -> json::object& { return value.as_object(); });
  without("/delivery",
          [](json::value& value) -> json::object& { return value.at("delivery").as_object(); });
  without("/payment",
          [](json::value& value) -> json::object& { return value.at("payment").as_object(); });
  without("/items/0",
          [](json::value& value) -> json::object& { return value.at("items").at(0).as_object(); });
}

TEST_F(OrderSchema, AsksForTheKindThatTheSampleHas) {
  const json::value order = json::parse(sample());
  const std::function<void(const json::value&, const std::string&)> visit =
      [&](const json::value& value, const std::string& place) {
        json::value changed = order;
        changed.at_pointer(place) = value.is_string() ? json::value(1) : json::value("1");
        const auto refusal = validator.check(json::serialize(changed));
        EXPECT_EQ(verdict(refusal), "schema at '" + place + "'");
        if (const auto* object = value.if_object()) {
          for (const auto& member : *object)
            visit(member.value(), place + '/' + std::string(member.key()));
        } else if (value.is_array()) {
          visit(value.at(0), place + "/0");
        }
      };
  for (const auto& member : order.as_object())
    visit(member.value(), '/' + std::string(member.key()));
}

TEST_F(OrderSchema, KeepsUnknownMembers) {
  EXPECT_FALSE(check_changed([](json::object& order) {
    order["gift"] = json::object{{"wrapped", true}};
  }));
}

TEST_F(OrderSchema, AllowsEmptyTextsButNoEmptyKey) {
  EXPECT_FALSE(check_changed([](json::object& order) { order["locale"] = ""; }));
  EXPECT_EQ(verdict(check_changed([](json::object& order) { order["order_uid"] = ""; })),
            "schema at '/order_uid'");
  EXPECT_EQ(verdict(check_changed(
                [](json::object& order) { order["order_uid"] = std::string(129, 'x'); })),
            "schema at '/order_uid'");
}

TEST_F(OrderSchema, AllowsAnOrderWithoutItems) {
  EXPECT_FALSE(check_changed([](json::object& order) { order["items"] = json::array(); }));
}

TEST_F(OrderSchema, AsksForARealDate) {
  const auto refusal =
      check_changed([](json::object& order) { order["date_created"] = "2021-02-30T06:22:19Z"; });
  EXPECT_EQ(verdict(refusal), "schema at '/date_created'");
}

TEST_F(OrderSchema, RefusesNull) {
  EXPECT_EQ(verdict(check_changed([](json::object& order) { order["sm_id"] = nullptr; })),
            "schema at '/sm_id'");
}

TEST_F(OrderSchema, RefusesFractionsOfMoney) {
  const auto refusal =
      check_changed([](json::object& order) { order["payment"].at("amount") = 18.17; });
  EXPECT_EQ(verdict(refusal), "schema at '/payment/amount'");
  EXPECT_EQ(refusal->reason, "must be an integer; it is 18.17");
}

}  // namespace
}  // namespace weir::json_schema_validate::testing
