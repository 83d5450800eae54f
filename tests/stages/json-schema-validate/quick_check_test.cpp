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

enum class Scope { covered, everything };  // of keywords: by a plan without references, or all

/// Makes documents and schemas up.
class Dice {
 public:
  explicit Dice(unsigned seed) : random_(seed) {}

  std::size_t below(std::size_t end) {
    return std::uniform_int_distribution<std::size_t>(0, end - 1)(random_);
  }
  bool one_in(std::size_t count) { return below(count) == 0; }

  template <class List>
  const auto& pick(const List& list) {
    return list[below(std::size(list))];
  }

  std::string name() { return pick(names_); }

  std::string number() {
    static const std::vector<std::string> odd{"0",
                                              "-0",
                                              "1",
                                              "2",
                                              "3",
                                              "10",
                                              "1.0",
                                              "0.5",
                                              "-1.5",
                                              "1e2",
                                              "1E-2",
                                              "2.50",
                                              "-0.0",
                                              "9223372036854775807",
                                              "-9223372036854775808",
                                              "9223372036854775808",
                                              "1.00000000000000000001",
                                              "1e400",
                                              "1e-400",
                                              "12345678901234567890.0",
                                              "1e99999999999",
                                              "0.1",
                                              "19.99",
                                              "01",
                                              "1.",
                                              "+1",
                                              "9007199254740993",
                                              "1e18",
                                              "1e19"};
    return pick(odd);
  }

  std::string text() {
    static const std::vector<std::string> odd{
        "",
        "a",
        "ab",
        "abc",
        "\\u0061",
        "\\u0000",
        "x\\u0000",
        "é",
        "\\u00e9",
        "😀😀",
        "\\ud83d\\ude00",
        "\\ud800",
        "\xff",
        "2021-11-26T06:22:19Z",
        "2021-02-30T06:22:19Z",
        "192.0.2.1",
        "a@b.c",
        "http://a/b",
        "\\n",
        "\n",
        "true",
        "1",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};
    return '"' + pick(odd) + '"';
  }

  std::string value(std::size_t depth = 0) {
    switch (below(depth > 4 ? 4 : 8)) {
      case 0:
        return pick(std::vector<std::string>{"null", "true", "false", "nul"});
      case 1:
        return number();
      case 2:
        return text();
      case 3:
        return std::to_string(below(5));
      case 4:
      case 5: {
        std::string out = "[";
        for (std::size_t i = below(4); i > 0; --i) out += value(depth + 1) + (i > 1 ? "," : "");
        return out + ']';
      }
      default: {
        std::string out = "{";
        for (std::size_t i = below(5); i > 0; --i)
          out += (one_in(20) ? text() : '"' + name() + '"') + ": " + value(depth + 1) +
                 (i > 1 ? "," : "");
        return out + '}';
      }
    }
  }

  std::string schema(Scope scope, std::size_t depth = 0) {
    if (one_in(30)) return pick(std::vector<std::string>{"true", "false", "{}"});
    if (scope == Scope::everything && (depth > 3 || one_in(8)))
      return R"({"$ref":"#/definitions/)" + pick(std::vector<std::string>{"a", "b", "c"}) + "\"}";
    if (depth > 3) return R"({"type":["string","number"]})";
    std::string out = "{";
    const auto add = [&](const std::string& keyword, const std::string& its_value) {
      out += (out.size() > 1 ? ",\"" : "\"") + keyword + "\":" + its_value;
    };
    static const std::vector<std::string> kinds{"null",  "boolean", "integer", "number", "string",
                                                "array", "object",  "object",  "object"};
    if (one_in(2))
      add("type", one_in(4)
                      ? R"(["object",")" +
                            pick(std::vector<std::string>{"null", "integer", "array", "string"}) +
                            "\"]"
                      : '"' + pick(kinds) + '"');
    if (one_in(8))
      add(pick(std::vector<std::string>{"minimum", "maximum", "exclusiveMinimum",
                                        "exclusiveMaximum"}),
          pick(std::vector<std::string>{"0", "1", "2.5", "-9223372036854775808",
                                        "9223372036854775807", "1e2"}));
    if (one_in(16)) add("multipleOf", pick(std::vector<std::string>{"1", "0.01", "2", "0.5"}));
    if (one_in(8))
      add(pick(std::vector<std::string>{"minLength", "maxLength"}), std::to_string(below(5)));
    if (one_in(8))
      add(pick(std::vector<std::string>{"minItems", "maxItems"}), std::to_string(below(4)));
    if (one_in(8))
      add(pick(std::vector<std::string>{"minProperties", "maxProperties"}),
          std::to_string(below(4)));
    if (one_in(12)) add("pattern", pick(std::vector<std::string>{"\"^a\"", "\"b$\"", "\".\""}));
    if (one_in(12))
      add("format",
          pick(std::vector<std::string>{"\"date-time\"", "\"email\"", "\"uri\"", "\"ipv4\""}));
    if (one_in(12)) add("enum", R"(["a",1,0.5,null,true,"é"])");
    if (one_in(20)) add("const", pick(std::vector<std::string>{"1", "\"a\"", "null", "2.5"}));
    structure(scope, depth, add);
    out += '}';
    // `const` and `enum` may not stand side by side.
    return out.find("\"enum\"") != out.npos && out.find("\"const\"") != out.npos
               ? schema(scope, depth)
               : out;
  }

  std::string whole_schema(Scope scope) {
    std::string out = R"({"allOf":[)" + schema(scope) + R"(],"definitions":{)";
    for (const char* known : {"a", "b", "c"})
      out += std::string(out.back() == '{' ? "\"" : ",\"") + known + "\":" + schema(scope, 2);
    return out + "}}";
  }

  /// The text with a small fault somewhere, or without one.
  std::string damaged(std::string document) {
    const std::size_t at = below(document.size() + 1);
    switch (below(6)) {
      case 0:
        return document.substr(0, at);
      case 1:
        return document.erase(at, 1 + below(3));
      case 2:
        return document.insert(at, 1, static_cast<char>(below(256)));
      case 3:
        return document.insert(at, value(4));
      case 4:
        return document.insert(at, document.substr(at, below(60)));
      default:
        return document;
    }
  }

 private:
  template <class Add>
  void structure(Scope scope, std::size_t depth, const Add& add) {
    if (one_in(2)) {
      std::string members = "{";
      for (const std::string& known : names_) {
        if (one_in(3))
          members += (members.size() > 1 ? ",\"" : "\"") + known + "\":" + schema(scope, depth + 1);
      }
      add("properties", members + '}');
    }
    if (one_in(4)) add("required", "[\"" + name() + "\"]");
    if (one_in(6)) add("additionalProperties", one_in(2) ? "false" : schema(scope, depth + 1));
    if (one_in(4)) add("items", schema(scope, depth + 1));
    if (one_in(6))
      add("allOf", '[' + schema(scope, depth + 1) + ',' + schema(scope, depth + 1) + ']');
    if (scope == Scope::covered || !one_in(3)) return;
    static const std::vector<std::string> others{"propertyNames", "contains", "not", "if", "then"};
    if (one_in(2)) return add(pick(others), schema(scope, depth + 1));
    if (one_in(2))
      return add(pick(std::vector<std::string>{"anyOf", "oneOf"}),
                 '[' + schema(scope, depth + 1) + ",{\"required\":[\"b\"]}]");
    if (one_in(2)) return add("uniqueItems", "true");
    add("dependencies", R"({"a":["b"]})");
  }

  std::vector<std::string> names_{"a", "b", "c", "a/b~é"};
  std::mt19937 random_;
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
      (*object)[dice.one_in(2) ? "other" : "name"] = member.value();
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
