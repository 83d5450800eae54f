// The quick check and the full one agree, whatever comes: where a plan covers the whole schema, on
// each document; elsewhere the quick one never says yes alone.
#include "quick_check.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "../texts/json_texts.hpp"
#include "../texts/naughty_strings.hpp"
#include "check.hpp"
#include "dice.hpp"

namespace weir::json_schema_validate::testing {
namespace {

namespace json = boost::json;
using weir::testing::repeat;

/// One schema's two checks.
class Both {
 public:
  explicit Both(CompiledSchema compiled, const Limits& limits = {})
      : schema_(std::move(compiled)), validator_(schema_, limits) {
    if (schema_.quick_plan() != nullptr) quick_.emplace(*schema_.quick_plan(), limits);
  }
  explicit Both(std::string_view schema, const Limits& limits = {})
      : Both(CompiledSchema(schema, "test.schema.json"), limits) {}

  bool has_plan() const { return quick_.has_value(); }
  bool fits_quickly(std::string_view document) { return quick_ && quick_->fits(document); }
  bool fits(std::string_view document) { return !validator_.check_fully(document); }

  /// The verdict does not depend on the quick check, which says yes exactly where the full one
  /// does.
  void agree(std::string_view document) {
    never_differ(document);
    EXPECT_EQ(fits_quickly(document), fits(document)) << document.substr(0, 2'000);
  }

  void never_differ(std::string_view document) {
    EXPECT_EQ(validator_.check(document), validator_.check_fully(document))
        << document.substr(0, 2'000);
  }

 private:
  CompiledSchema schema_;
  Validator validator_;
  std::optional<QuickCheck> quick_{};
};

std::string sample() {
  std::ifstream in(ORDER_FILE);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// Each object and list of the value, and the value itself.
void collect(json::value& value, std::vector<json::value*>& places) {
  places.push_back(&value);
  if (auto* object = value.if_object()) {
    for (auto& member : *object) collect(member.value(), places);
  } else if (auto* list = value.if_array()) {
    for (auto& element : *list) collect(element, places);
  }
}

void change_something(json::value& order, Dice& dice) {
  static const std::vector<json::value> odd{nullptr,
                                            true,
                                            0,
                                            -1,
                                            1.5,
                                            1e300,
                                            "",
                                            "x",
                                            json::string(300, 'x'),
                                            json::string(5'000, 'y'),
                                            json::array{},
                                            json::object{},
                                            json::array{1},
                                            json::object{{"order_uid", 1}},
                                            "2021-11-26T06:22:19Z",
                                            json::string("a\0b", 3)};
  std::vector<json::value*> places;
  collect(order, places);
  json::value& place = *dice.pick(places);
  auto* object = place.if_object();
  auto* list = place.if_array();
  if (object != nullptr && !object->empty() && !dice.one_in(4)) {
    auto& member = *(object->begin() + static_cast<std::ptrdiff_t>(dice.below(object->size())));
    if (dice.one_in(2)) {
      object->erase(member.key());
    } else {
      json::value copy = member.value();
      (*object)[dice.one_in(2) ? "other" : "name"] = std::move(copy);
    }
  } else if (list != nullptr && !list->empty() && dice.one_in(2)) {
    list->push_back(list->front());
  } else {
    place = dice.pick(odd);
  }
}

TEST(QuickCheck, LetsTheSampleOrderThrough) {
  Both orders(CompiledSchema::load(ORDER_SCHEMA));
  EXPECT_TRUE(orders.fits_quickly(sample()));
  EXPECT_TRUE(orders.fits_quickly(json::serialize(json::parse(sample()))));
}

TEST(QuickCheck, AgreesOnOrdersWithSomethingChanged) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  Dice dice(seed);
  Both orders(CompiledSchema::load(ORDER_SCHEMA));
  for (int round = 0; round < 4'000 && !::testing::Test::HasFailure(); ++round) {
    json::value order = json::parse(sample());
    for (std::size_t i = dice.below(3) + 1; i > 0; --i) change_something(order, dice);
    orders.agree(json::serialize(order));
  }
}

TEST(QuickCheck, AgreesOnOrdersWithDamagedText) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  Dice dice(seed);
  Both orders(CompiledSchema::load(ORDER_SCHEMA));
  for (int round = 0; round < 4'000 && !::testing::Test::HasFailure(); ++round)
    orders.agree(dice.damaged(sample()));
}

/// Calls `check` with schemas made up and documents for each.
template <class Check>
void with_schemas(Scope scope, const Limits& limits, Check check) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  Dice dice(seed);
  for (int round = 0; round < 400 && !::testing::Test::HasFailure(); ++round) {
    const std::string schema = dice.whole_schema(scope);
    SCOPED_TRACE(schema);
    std::optional<Both> both;
    try {
      both.emplace(schema, limits);
    } catch (const std::runtime_error&) {
      continue;  // its references lead in a circle
    }
    for (int document = 0; document < 50; ++document) check(*both, dice.damaged(dice.value()));
  }
}

constexpr Limits narrow{.bytes = 300, .depth = 4, .items = 12, .members = 3, .string = 100};

TEST(QuickCheck, AgreesOnEachDocumentWhereAPlanCoversTheSchema) {
  int fitting = 0;
  with_schemas(Scope::covered, narrow, [&](Both& both, const std::string& document) {
    both.agree(document);
    if (both.fits_quickly(document)) ++fitting;
  });
  EXPECT_GT(fitting, 1'000);
}

TEST(QuickCheck, NeverSaysYesAloneWhateverTheSchema) {
  int fitting = 0;
  Limits poor = narrow;
  poor.steps = 20;
  for (const Limits& limits : {narrow, poor}) {
    with_schemas(Scope::everything, limits, [&](Both& both, const std::string& document) {
      both.never_differ(document);
      if (!both.fits_quickly(document)) return;
      ++fitting;
      EXPECT_TRUE(both.fits(document)) << document;
    });
  }
  EXPECT_GT(fitting, 300);
}

TEST(QuickCheck, AgreesOnTheCorpora) {
  Both any("{}"), list(R"({"type":"array","items":{"type":["string","number"]}})"),
      orders(CompiledSchema::load(ORDER_SCHEMA));
  for (Both* both : {&any, &list, &orders}) {
    for (const std::string& text : weir::testing::good_json()) both->agree(text);
    for (const std::string& text : weir::testing::bad_json()) both->agree(text);
    for (const std::string& text : weir::testing::naughty_strings())
      both->agree(json::serialize(json::value(text)));
  }
}

TEST(QuickCheck, AgreesOnTheEdgeOfEachLimit) {
  Both any("{}");
  std::string names;
  for (int i = 0; i < 1'000; ++i) names += "\"m" + std::to_string(i) + "\":0,";
  for (const std::string& inside : {std::string(), std::string(1, ' ')})
    any.agree('"' + repeat("x", 60'000) + '"' + repeat(" ", (std::size_t{1} << 20) - 60'002) +
              inside);
  for (const std::size_t depth : {31, 32, 33}) any.agree(repeat("[", depth) + repeat("]", depth));
  for (const std::size_t depth : {31, 32, 33})
    any.agree(repeat("{\"a\":", depth) + '0' + repeat("}", depth));
  for (const std::size_t values : {9'998, 9'999, 10'000})
    any.agree('[' + repeat("0,", values - 1) + "0]");
  for (const char* last : {"\"m999\":0}", "\"m1000\":0}"}) {
    any.agree('{' + names + last);
    any.agree("{" + names.substr(0, names.rfind("\"m999")) + last);
  }
  for (const std::size_t bytes : {65'535, 65'536, 65'537}) {
    any.agree("[\"" + repeat("x", bytes) + "\"]");
    any.agree("{\"" + repeat("x", bytes) + "\":0}");
    any.agree("[\"\\n" + repeat("x", bytes - 1) + "\"]");
    any.agree("[\"" + repeat("x", bytes - 1) + "\\n\"]");
  }
}

TEST(QuickCheck, SeesAMemberThatStandsTwiceAtEachLevel) {
  Both both(R"({"properties":{"a":{"$ref":"#"},"b":{"$ref":"#"}}})");
  for (const char* document :
       {R"({"a":{"a":1,"b":2},"b":{"a":1}})", R"({"a":{"a":1},"a":2})", R"({"a":{"b":{},"b":1}})",
        R"({"x":1,"y":2,"x":3})", R"({"x":{"x":1},"y":{"x":1}})", R"({"x":{"y":1},"x":1})",
        R"({"a":1,"\u0061":1})", R"({"x":1,"\u0078":1})", R"([{"x":1},{"x":1}])"})
    both.agree(document);
}

TEST(QuickCheck, KnowsMoreMembersThanAWordHasBits) {
  std::string members, values;
  for (int i = 0; i < 150; ++i) {
    members += (i > 0 ? ",\"m" : "\"m") + std::to_string(i) + R"(":{"type":"integer"})";
    values += (i > 0 ? ",\"m" : "\"m") + std::to_string(i) + "\":1";
  }
  Both both(R"({"required":["m64","m149"],"properties":{)" + members + "}}");
  EXPECT_TRUE(both.fits_quickly('{' + values + '}'));
  for (const char* tail : {"", R"(,"m63":1)", R"(,"m64":1)", R"(,"m149":1)", R"(,"m150":"")"})
    both.agree('{' + values + tail + '}');
  both.agree(R"({"m64":1})");
  both.agree(R"({"m149":1,"m64":1})");
  both.agree(R"({"m149":1,"m64":"1"})");
}

TEST(QuickCheck, LeavesToTheFullOneWhatAPlanDoesNotCover) {
  Both both(R"({"properties":{"a":{"type":"integer"},"b":{"anyOf":[{"type":"string"}]}}})");
  EXPECT_TRUE(both.fits_quickly(R"({"a":1})"));
  EXPECT_FALSE(both.fits_quickly(R"({"a":1,"b":""})"));
  both.never_differ(R"({"a":1,"b":""})");
  both.never_differ(R"({"a":1,"b":1})");
}

TEST(QuickCheck, IsNotTriedWhereNothingCouldComeThrough) {
  for (
      const char* schema :
      {"false", R"({"anyOf":[{}]})",
       R"({"type":"object","required":["a"],"properties":{"a":{"not":{}}}})",
       R"({"type":"object","required":["b"],"properties":{"b":{"type":"object","required":["a"],"properties":{"a":{"uniqueItems":true}}}}})",
       R"({"allOf":[{"type":"string"},{"type":"integer"}]})"})
    EXPECT_FALSE(Both(schema).has_plan()) << schema;
}

TEST(QuickCheck, GivesUpWhereCirclesAskForEverMoreSchemas) {
  Both both(R"({"allOf":[{"$ref":"#/definitions/a"},{"$ref":"#/definitions/a"}],
                "definitions":{"a":{"properties":{"x":{"$ref":"#"},"y":{"type":"null"}}}}})");
  EXPECT_TRUE(both.fits_quickly(R"({"y":null,"x":{"y":null}})"));
  both.agree(R"({"x":{"y":1}})");
  both.never_differ(repeat(R"({"x":)", 8) + R"({"y":null})" + repeat("}", 8));
}

}  // namespace
}  // namespace weir::json_schema_validate::testing
