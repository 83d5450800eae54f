#include "message_template.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <filesystem>

namespace weir::generate_source {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

Document make(const std::string& json, const std::string& key = "", std::uint64_t seed = 7,
              Repeats repeats = Repeats::drawn) {
  Random random(seed, 0);
  const Instant now = *from_rfc3339("2026-01-31T12:00:00Z");
  return MessageTemplate(json, key).fill_in(Draft(random, now, 42, repeats));
}

boost::json::value parsed(const Document& document) { return boost::json::parse(document.text); }

std::string refusal(const std::string& json, const std::string& key = "") {
  try {
    make(json, key);
  } catch (const std::runtime_error& e) {
    return e.what();
  }
  return "it was taken";
}

TEST(MessageTemplate, KeepsWhatIsNoExpressionAndItsOrder) {
  const std::string text =
      R"({"z":"a b","a":[1,-2.5,true,null,{}],"n":1817.25,"big":18446744073709551615,"s":""})";
  EXPECT_EQ(make(text).text, text);
}

TEST(MessageTemplate, MakesANumberOfALoneNumericExpression) {
  const auto json = parsed(
      make(R"({"a":"{{int 3 3}}","b":"{{int 3 3}} kg","c":"{{decimal 2 2 2}}","d":"{{seq}}"})"));
  EXPECT_EQ(json.at("a").as_int64(), 3);
  EXPECT_EQ(json.at("b").as_string(), "3 kg");
  EXPECT_EQ(json.at("c").as_double(), 2.0);
  EXPECT_EQ(json.at("d").as_int64(), 42);
}

TEST(MessageTemplate, WritesDecimalsWithTheirDigits) {
  EXPECT_THAT(make(R"({"c":"{{decimal 0 10 2}}"})").text,
              MatchesRegex(R"(\{"c":[0-9]+\.[0-9][0-9]\})"));
}

TEST(MessageTemplate, DrawsTextsOfTheirKind) {
  const auto json = parsed(
      make(R"({"u":"{{uuid}}","h":"{{hex 16}}test","g":"{{digits 5}}","p":"{{pick 'x y' 'x y'}}",
                                    "t":"{{timestamp}}","x":"{{unix}}","b":"{{bool}}"})"));
  EXPECT_THAT(std::string(json.at("u").as_string()),
              MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
  EXPECT_THAT(std::string(json.at("h").as_string()), MatchesRegex("[0-9a-f]{16}test"));
  EXPECT_THAT(std::string(json.at("g").as_string()), MatchesRegex("[0-9]{5}"));
  EXPECT_EQ(json.at("p").as_string(), "x y");
  EXPECT_EQ(json.at("t").as_string(), "2026-01-31T12:00:00Z");
  EXPECT_EQ(json.at("x").as_int64(), 1769860800);
  EXPECT_TRUE(json.at("b").is_bool());
}

TEST(MessageTemplate, RepeatsAnEarlierValueWithItsType) {
  const auto json = parsed(make(
      R"({"id":"{{hex 8}}","n":"{{int 1 999}}","pay":{"of":"{{same id}}","n":"{{same n}}"}})"));
  EXPECT_EQ(json.at("pay").at("of"), json.at("id"));
  EXPECT_EQ(json.at("pay").at("n"), json.at("n"));
}

TEST(MessageTemplate, TakesTheNearestValueOfThatNameInsideARepetition) {
  const auto json =
      parsed(make(R"({"items":["{{repeat 5 5}}",{"p":"{{int 1 100000}}","q":"{{same p}}"}]})"));
  ASSERT_EQ(json.at("items").as_array().size(), 5U);
  for (const auto& item : json.at("items").as_array()) EXPECT_EQ(item.at("p"), item.at("q"));
}

TEST(MessageTemplate, RepeatsWithinTheBoundsAndReachesBoth) {
  std::set<std::size_t> sizes;
  for (std::uint64_t seed = 1; seed < 100; ++seed) {
    sizes.insert(
        parsed(make(R"({"i":["{{repeat 0 3}}","x"]})", "", seed)).at("i").as_array().size());
  }
  EXPECT_EQ(sizes, (std::set<std::size_t>{0, 1, 2, 3}));
}

TEST(MessageTemplate, AddsMembersThatComeLaterAndOtherSums) {
  const auto json = parsed(make(R"({"amount":"{{sum goods fee}}","goods":"{{sum price}}","fee":10,
                                    "items":["{{repeat 3 3}}",{"price":"{{int 1 100}}"}]})"));
  std::int64_t goods = 0;
  for (const auto& item : json.at("items").as_array()) goods += item.at("price").as_int64();
  EXPECT_EQ(json.at("goods").as_int64(), goods);
  EXPECT_EQ(json.at("amount").as_int64(), goods + 10);
}

TEST(MessageTemplate, TakesADiscountOff) {
  EXPECT_EQ(parsed(make(R"({"price":453,"sale":30,"total":"{{discount price sale}}"})"))
                .at("total")
                .as_int64(),
            317);
}

TEST(MessageTemplate, ShowsTheKeyAsTextWithoutQuotes) {
  EXPECT_EQ(make(R"({"a":{"b/c":"x\"y"}})", "/a/b~1c").key, "x\"y");
  EXPECT_EQ(make(R"({"a":"{{int 5 5}}"})", "/a").key, "5");
  EXPECT_EQ(make(R"({"a":1})").key, std::nullopt);
}

TEST(MessageTemplate, KnowsWhereItsOutermostMembersStand) {
  const Document document = make(R"({"a":"x","b":{"c":1},"d":[2]})");
  ASSERT_EQ(document.members.size(), 3U);
  EXPECT_EQ(document.value_of(document.members[0]), "\"x\"");
  EXPECT_EQ(document.value_of(document.members[1]), "{\"c\":1}");
  EXPECT_EQ(document.value_of(document.members[2]), "[2]");
}

TEST(MessageTemplate, RefusesWhatItDoesNotUnderstandAndSaysWhere) {
  EXPECT_THAT(refusal(R"({"a":[{"b":"{{wat}}"}]})"), HasSubstr("at /a/0/b: {{wat}} is not known"));
  EXPECT_THAT(refusal(R"({"a":"{{int 1}}"})"), HasSubstr("has 1 arguments"));
  EXPECT_THAT(refusal(R"({"a":"{{int 1 x}}"})"), HasSubstr("needs an integer instead of x"));
  EXPECT_THAT(refusal(R"({"a":"{{int 9 1}}"})"), HasSubstr("wrong way round"));
  EXPECT_THAT(refusal(R"({"a":"{{hex -1}}"})"), HasSubstr("impossible length"));
  EXPECT_THAT(refusal(R"({"a":"{{decimal 0 1 99}}"})"), HasSubstr("out of bounds"));
  EXPECT_THAT(refusal(R"({"a":"{{int 1 2"})"), HasSubstr("does not close it"));
  EXPECT_THAT(refusal(R"({"a":"{{}}"})"), HasSubstr("is empty"));
  EXPECT_THAT(refusal(R"({"a":"{{pick 'b}}"})"), HasSubstr("open quote"));
  EXPECT_THAT(refusal(R"({"a":["{{repeat 3 1}}",1]})"), HasSubstr("wrong way round"));
  EXPECT_THAT(refusal(R"({"a":["{{repeat 3}}",1]})"), HasSubstr("needs two numbers"));
  EXPECT_THAT(refusal(R"({"a":"x {{sum b}}"})"), HasSubstr("must be the whole text"));
  EXPECT_THAT(refusal("{"), HasSubstr("not JSON"));
  EXPECT_THAT(refusal(R"({"a":1})", "/b"), HasSubstr("no single value at /b"));
}

TEST(MessageTemplate, IsTriedOutBeforeItIsUsed) {
  EXPECT_THAT(refusal(R"({"a":"{{same b}}","b":1})"), HasSubstr("no member \"b\" before"));
  EXPECT_THAT(refusal(R"({"i":["{{repeat 0 2}}",{"b":1}],"a":"{{same b}}"})"),
              HasSubstr("no member \"b\" before"));
  EXPECT_THAT(refusal(R"({"a":"{{sum b}}","b":"{{sum a}}"})"), HasSubstr("part of itself"));
  EXPECT_THAT(refusal(R"({"a":"{{sum b}}","b":"x"})"), HasSubstr("value is no number"));
}

TEST(MessageTemplate, SaysWhichFileItCouldNotUse) {
  try {
    MessageTemplate::read("/no/such/template.json", "");
    FAIL();
  } catch (const std::runtime_error& e) {
    EXPECT_THAT(e.what(), HasSubstr("/no/such/template.json"));
  }
}

TEST(OrderTemplate, MakesOrdersWhoseSumsAreRight) {
  const std::filesystem::path file = "pipelines/templates/order.json";
  const auto orders = MessageTemplate::read(file, "/order_uid");
  Random random(11, 0);
  for (int i = 0; i < 200; ++i) {
    const Document document = orders.fill_in(Draft(random, Instant{}, 1));
    const auto order = parsed(document);
    const auto& payment = order.at("payment").as_object();
    const auto& items = order.at("items").as_array();
    ASSERT_GE(items.size(), 1U);
    ASSERT_LE(items.size(), 4U);
    std::int64_t goods = 0;
    for (const auto& item : items) {
      goods += item.at("total_price").as_int64();
      EXPECT_EQ(item.at("track_number"), order.at("track_number"));
    }
    EXPECT_EQ(payment.at("goods_total").as_int64(), goods);
    EXPECT_EQ(payment.at("amount").as_int64(), goods + payment.at("delivery_cost").as_int64());
    EXPECT_EQ(payment.at("transaction"), order.at("order_uid"));
    EXPECT_EQ(std::string(order.at("order_uid").as_string()), document.key);
  }
}

}  // namespace
}  // namespace weir::generate_source
