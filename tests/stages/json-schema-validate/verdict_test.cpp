// What each keyword accepts and refuses, and in which words. The verdicts are those of the draft.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "check.hpp"

namespace weir::json_schema_validate::testing {
namespace {

struct Case {
  std::string schema;
  std::vector<std::string> good, bad;
};

const std::vector<Case> cases{
    {"true", {"1", "{}"}, {}},
    {"{}", {"1", "{}"}, {}},
    {"false", {}, {"1", "{}"}},
    {R"({"type":"integer"})",
     {"1", "1.0", "-0", "1e3", "9223372036854775807"},
     {"1.5", "\"1\"", "null", "true", "{}", "[]"}},
    {R"({"type":"number"})", {"1", "1.5", "1e300"}, {"\"1\"", "null"}},
    {R"({"type":["string","null"]})", {"\"\"", "null"}, {"1", "false", "[]", "{}"}},
    {R"({"type":"boolean"})", {"true", "false"}, {"\"true\"", "0"}},
    {R"({"type":"object"})", {"{}"}, {"[]", "\"\""}},
    {R"({"type":"array"})", {"[]"}, {"{}", "\"\""}},
    {R"({"minimum":1,"maximum":3})", {"1", "3", "2.5", "\"9\"", "null"}, {"0.999", "3.001", "-1"}},
    {R"({"exclusiveMinimum":1,"exclusiveMaximum":3})", {"2", "1.001"}, {"1", "3"}},
    {R"({"maximum":9007199254740992})", {"9007199254740992"}, {"9007199254740993"}},
    {R"({"multipleOf":0.01})", {"19.99", "4", "\"x\""}, {"19.995"}},
    {R"({"multipleOf":1})", {"2"}, {"1.5"}},
    {R"({"minLength":2,"maxLength":3})",
     {"\"ab\"", "\"äöü\"", "\"😀😀\"", "7"},
     {"\"a\"", "\"abcd\"", "\"\""}},
    {R"({"pattern":"^a+$"})", {"\"aa\"", "1"}, {"\"b\"", "\"\""}},
    {R"({"pattern":"b"})", {"\"abc\""}, {"\"ac\""}},
    {R"({"format":"date-time"})",
     {"\"2021-11-26T06:22:19Z\"", "1", "{\"x\":1}"},
     {"\"yesterday\""}},
    {R"({"enum":[1,"a",null,{"b":[1.0,2]}]})",
     {"1", "1.0", "\"a\"", "null", "{\"b\":[1,2]}"},
     {"2", "\"1\"", "{}", "{\"b\":[2,1]}"}},
    {R"({"const":9007199254740993})", {"9007199254740993"}, {"9007199254740992"}},
    {R"({"const":false})", {"false"}, {"0", "null", "\"\""}},
    {R"({"minItems":1,"maxItems":2})", {"[1]", "[1,2]", "{}"}, {"[]", "[1,2,3]"}},
    {R"({"uniqueItems":true})",
     {"[]", "[1,2]", "[1,\"1\"]", "[{\"a\":1},{\"a\":2}]", "[1,true]"},
     {"[1,1.0]", "[{\"a\":1,\"b\":2},{\"b\":2,\"a\":1}]", "[\"x\",\"x\"]"}},
    {R"({"minProperties":1,"maxProperties":2})",
     {"{\"a\":1}", "[]"},
     {"{}", "{\"a\":1,\"b\":1,\"c\":1}"}},
    {R"({"required":["a","b"]})", {"{\"a\":null,\"b\":0}", "[]"}, {"{\"a\":1}", "{}"}},
    {R"({"properties":{"a":{"type":"string"}}})",
     {"{}", "{\"a\":\"\"}", "{\"b\":1}", "3"},
     {"{\"a\":1}"}},
    {R"({"properties":{"a":{}},"additionalProperties":false})", {"{}", "{\"a\":1}"}, {"{\"b\":1}"}},
    {R"({"properties":{"a":{}},"additionalProperties":{"type":"null"}})",
     {"{\"a\":1,\"b\":null}"},
     {"{\"b\":1}"}},
    {R"({"properties":{"a":false}})", {"{}", "{\"b\":1}"}, {"{\"a\":1}"}},
    {R"({"propertyNames":{"maxLength":2}})", {"{}", "{\"ab\":1}"}, {"{\"abc\":1}"}},
    {R"({"properties":{"x":{"$ref":"#/definitions/p"}},"definitions":{"p":{"propertyNames":{"pattern":"^a"},"minProperties":1}}})",
     {"{\"x\":{\"a\":1}}"},
     {"{\"x\":{\"b\":1}}", "{\"x\":{}}"}},
    {R"({"items":{"type":"integer"}})", {"[]", "[1]", "{}"}, {"[1,\"2\"]"}},
    {R"({"items":[{"type":"integer"},{"type":"string"}]})",
     {"[]", "[1]", "[1,\"a\",null]"},
     {"[\"a\"]", "[1,1]"}},
    {R"({"items":[{}],"additionalItems":false})", {"[1]"}, {"[1,2]"}},
    {R"({"items":[{}],"additionalItems":{"type":"null"}})", {"[1,null]"}, {"[1,2]"}},
    {R"({"items":{"type":"integer"},"additionalItems":false})", {"[1,2,3]"}, {}},
    {R"({"items":false})", {"[]"}, {"[1]"}},
    {R"({"contains":{"const":1}})", {"[2,1]", "{}"}, {"[]", "[2]"}},
    {R"({"dependencies":{"a":["b"],"c":{"required":["d"]},"e":false}})",
     {"{}", "{\"a\":1,\"b\":1}", "{\"c\":1,\"d\":1}"},
     {"{\"a\":1}", "{\"c\":1}", "{\"e\":1}"}},
    {R"({"allOf":[{"minimum":1},{"maximum":3}]})", {"2"}, {"0", "4"}},
    {R"({"anyOf":[{"type":"string"},{"minimum":3}]})", {"\"\"", "3"}, {"2"}},
    {R"({"oneOf":[{"multipleOf":3},{"multipleOf":5}]})", {"3", "5"}, {"15", "2"}},
    {R"({"not":{"type":"string"}})", {"1"}, {"\"\""}},
    {R"({"if":{"properties":{"a":{"const":1}}},"then":{"required":["b"]},"else":{"required":["c"]}})",
     {"{\"a\":1,\"b\":1}", "{\"a\":2,\"c\":1}"},
     {"{\"a\":1}", "{\"a\":2}"}},
    {R"({"$ref":"#/definitions/a","definitions":{"a":{"$ref":"#/definitions/b"},"b":{"type":"null"}}})",
     {"null"},
     {"1"}},
    {R"({"properties":{"next":{"$ref":"#"},"n":{"type":"integer"}},"required":["n"]})",
     {"{\"n\":1,\"next\":{\"n\":2}}"},
     {"{\"n\":1,\"next\":{}}", "{\"n\":1,\"next\":{\"n\":1,\"next\":{\"n\":\"\"}}}"}},
};

TEST(Verdict, IsThatOfTheDraft) {
  for (const Case& tested : cases) {
    for (const std::string& document : tested.good) {
      EXPECT_EQ(verdict(check(tested.schema, document)), "accepted")
          << tested.schema << " on " << document;
    }
    for (const std::string& document : tested.bad) {
      const auto refusal = check(tested.schema, document);
      EXPECT_TRUE(refusal && refusal->code == "schema" && !refusal->reason.empty())
          << tested.schema << " on " << document;
    }
  }
}

struct Words {
  std::string schema, document, pointer, reason;
};

const std::vector<Words> words{
    {R"({"properties":{"a":{"type":"integer"}}})", R"({"a":"12"})", "/a",
     "must be an integer; it is the string \"12\""},
    {R"({"properties":{"a":{"$ref":"#/definitions/b"}},"definitions":{"b":{"properties":{"c":{"$ref":"#/definitions/d"}}},
      "d":{"properties":{"e":{"type":"integer"}}}}})",
     R"({"a":{"c":{"e":null}}})", "/a/c/e", "must be an integer; it is null"},
    {R"({"properties":{"a":{"type":["number","null"]}}})", R"({"a":{}})", "/a",
     "must be a number or null; it is an object"},
    {R"({"items":{"items":{"minimum":1}}})", "[[1],[1,0.5]]", "/1/1",
     "must be at least 1; it is 0.5"},
    {R"({"maximum":3})", "4", "", "must be at most 3; it is 4"},
    {R"({"exclusiveMaximum":3})", "3", "", "must be less than 3; it is 3"},
    {R"({"multipleOf":0.5})", "0.7", "", "must be a multiple of 0.5; it is 0.7"},
    {R"({"maxLength":2})", "\"abc\"", "", "must have at most 2 characters; it has 3"},
    {R"({"minItems":2})", "[1]", "", "must have at least 2 elements; it has 1"},
    {R"({"maxProperties":0})", R"({"a":1})", "", "must have at most 0 members; it has 1"},
    {R"({"pattern":"^a"})", "\"b\"", "", "must match the pattern ^a; it is the string \"b\""},
    {R"({"format":"date"})", "\"now\"", "",
     "must be a date (RFC 3339), such as 2021-11-26; it is the string \"now\""},
    {R"({"enum":["a",1,null]})", "2", "", "must be one of \"a\", 1, null; it is 2"},
    {R"({"const":{"a":1}})", "2", "", "must be {\"a\":1}; it is 2"},
    {R"({"uniqueItems":true})", "[1,2,1]", "",
     "must not hold equal elements; elements 0 and 2 are equal"},
    {R"({"properties":{"o":{"required":["it's"]}}})", R"({"o":{}})", "/o",
     "the member \"it's\" is missing"},
    {R"({"additionalProperties":false})", R"({"a/b":1})", "/a~1b",
     "is a member that the schema does not know"},
    {R"({"properties":{"a":false}})", R"({"a":1})", "/a", "is not allowed by the schema"},
    {R"({"dependencies":{"a":["b"]}})", R"({"a":1})", "",
     "the member \"b\" is missing, which another member asks for"},
    {R"({"propertyNames":{"maxLength":2}})", R"({"ab":1,"a/bc":1})", "/a~1bc",
     "has a name that propertyNames does not allow: it must have at most 2 characters; it has 4"},
    {R"({"anyOf":[false,{"not":{}}]})", "1", "", "is not allowed by the schema"},
    {R"({"not":{}})", "1", "", "is what the schema excludes (not)"},
    {R"({"contains":{"const":1}})", "[]", "",
     "must hold an element of the kind that `contains` asks for"},
    {R"({"oneOf":[{},{}]})", "1", "", "fits more than one of the choices of oneOf"},
    {R"({"items":[{}],"additionalItems":false})", "[1,2]", "",
     "must not hold more elements than `items` lists"},
    {R"({"type":"null"})", "\"a\\nb\\u0007\\\"\"", "",
     "must be null; it is the string \"a\\u000ab\\u0007\\\"\""},
};

TEST(Verdict, NamesTheFirstFailingPlaceAndWhatIsWrongWithIt) {
  for (const Words& tested : words) {
    const auto refusal = check(tested.schema, tested.document);
    ASSERT_TRUE(refusal) << tested.schema;
    EXPECT_EQ(refusal->pointer, tested.pointer) << tested.schema << ": " << refusal->reason;
    EXPECT_EQ(refusal->reason, tested.reason) << tested.schema;
  }
}

TEST(Verdict, CutsLongValuesInTheReason) {
  const auto refusal = check(R"({"type":"integer"})", '"' + std::string(79, 'x') + "éé\"");
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->reason,
            "must be an integer; it is the string \"" + std::string(79, 'x') + "…\"");
}

TEST(Verdict, DoesNotTrustPatternsAndFormatsWithLongTexts) {
  const std::string longest(65'000, 'a');
  for (const char* schema :
       {R"({"pattern":"^(a|a)*b$"})", R"({"pattern":"(a*)*b"})", R"({"format":"uri"})",
        R"({"format":"email"})", R"({"format":"date-time"})"}) {
    EXPECT_EQ(verdict(check(schema, '"' + longest + '"')), "schema at ''") << schema;
  }
}

TEST(Verdict, SurvivesTheDeepestDocumentThatTheLimitsAllow) {
  std::string document = "1";
  for (int i = 0; i < 256; ++i) document = "{\"a\":" + document + "}";
  const std::string schema =
      R"({"anyOf":[{"type":"integer"},{"type":"object","properties":{"a":{"$ref":"#"}},"additionalProperties":false}]})";
  EXPECT_EQ(verdict(check(schema, document, {.depth = 256})), "accepted");
  document.replace(document.find('1'), 1, "\"1\"");
  EXPECT_EQ(check(schema, document, {.depth = 256})->code, "schema");
}

TEST(Verdict, SurvivesTheDeepestDocumentAndTheLongestChainOfSchemas) {
  std::string schema = R"({"$ref":"#/definitions/0","definitions":{)";
  constexpr int links = 15;  // an allOf and a reference each: 31 schemas in all
  for (int i = 0; i < links; ++i) {
    schema += '"' + std::to_string(i) + R"(":{"allOf":[{"$ref":"#/definitions/)" +
              std::to_string(i + 1) + "\"}]},";
  }
  schema += '"' + std::to_string(links) + R"(":{"properties":{"a":{"$ref":"#/definitions/0"}}}}})";
  std::string document = "1";
  for (int i = 0; i < 256; ++i) document = "{\"a\":" + document + "}";
  EXPECT_EQ(verdict(check(schema, document, {.depth = 256})), "accepted");
}

TEST(Verdict, IsQuickOnTenThousandElementsThatMustDiffer) {
  std::string document = "[0";
  for (int i = 1; i < 9'999; ++i) document += "," + std::to_string(i);
  EXPECT_EQ(verdict(check(R"({"uniqueItems":true})", document + "]")), "accepted");
}

std::string nested(const std::string& name, int levels) {
  std::string document = "1";
  for (int i = 0; i < levels; ++i) document = "{\"" + name + "\":" + document + "}";
  return document;
}

/// Each level doubles the work: without a limit these would take years.
TEST(Verdict, EndsWhereChoicesLeadBackToThemselves) {
  const std::vector<std::string> schemas{
      R"({"oneOf":[{"properties":{"a":{"$ref":"#"}}},{"properties":{"a":{"$ref":"#"}},"required":["b"]}]})",
      R"({"oneOf":[{"properties":{"a":{"$ref":"#"}},"required":["z"]},{"properties":{"a":{"$ref":"#"}},"required":["y"]}]})",
      R"({"anyOf":[{"additionalProperties":{"$ref":"#"},"required":["z"]},{"additionalProperties":{"$ref":"#"},"minProperties":2}],"required":["z"]})",
      R"({"not":{"allOf":[{"properties":{"a":{"$ref":"#"}}},{"properties":{"a":{"$ref":"#"}}}]}})",
      R"({"dependencies":{"a":{"properties":{"a":{"$ref":"#"}}}},"if":{"properties":{"a":{"$ref":"#"}}},"then":{"properties":{"a":{"$ref":"#"}}}})",
  };
  for (const std::string& schema : schemas) {
    const auto refusal = check(schema, nested("a", 31), {.steps = 20'000});
    if (refusal) {
      EXPECT_TRUE(refusal->code == "too-costly" || refusal->code == "schema") << refusal->code;
    }
  }
  EXPECT_EQ(verdict(check(schemas[0], nested("a", 31), {.steps = 20'000})), "too-costly nowhere");
  EXPECT_EQ(verdict(check(schemas[0], nested("a", 4), {.steps = 20'000})), "schema at '/a/a/a/a'");
}

TEST(Verdict, TakesTheStepsForEachMessageAnew) {
  const CompiledSchema schema(R"({"items":{"enum":["x"]}})", "s");
  Validator validator(schema, {.steps = 1'000});
  std::string list = "[\"x\"";
  for (int i = 0; i < 200; ++i) list += ",\"x\"";
  for (int i = 0; i < 20; ++i) EXPECT_EQ(verdict(validator.check(list + "]")), "accepted");
  for (int i = 0; i < 800; ++i) list += ",\"x\"";
  EXPECT_EQ(verdict(validator.check(list + "]")), "too-costly nowhere");
}

TEST(Verdict, FindsAFaultAtTheEndOfALargeMessage) {
  std::string document = "[";
  for (int i = 0; i < 3'000; ++i) document += R"({"a":1,"b":"x"},)";
  EXPECT_EQ(
      verdict(check(
          R"({"items":{"required":["a"],"properties":{"a":{"type":"integer"},"b":{"minLength":1}}}})",
          document + R"({"a":"1"}])")),
      "schema at '/3000/a'");
}

/// With the limits raised, time and stack still grow no faster than the message.
TEST(Verdict, EndsSoonWhateverTheLimitsAre) {
  const Limits raised{.bytes = 100'000'000,
                      .depth = 256,
                      .items = 1'000'000,
                      .members = 1'000'000,
                      .string = 100'000'000,
                      .steps = 100'000'000};
  std::string unlike = "[0", like = "[0";
  for (int i = 1; i < 100'000; ++i) {
    unlike += ",{\"a\":" + std::to_string(i) + "}";
    like += ",{}";
  }
  const std::string distinct = R"({"uniqueItems":true})";
  EXPECT_EQ(verdict(check(distinct, unlike + "]", raised)), "accepted");
  EXPECT_EQ(verdict(check(distinct, like + "]", raised)), "schema at ''");

  const std::string large = '"' + std::string(10'000'000, 'a') + '"';
  EXPECT_EQ(verdict(check(R"({"pattern":"^(a|aa)+$","minLength":1})", large, raised)), "accepted");
  for (const char* schema : {R"({"pattern":"(a*)*b"})", R"({"format":"uri"})",
                             R"({"format":"email"})", R"({"format":"ipv6"})", R"({"maxLength":9})",
                             R"({"enum":["a"]})", R"({"format":"hostname"})"}) {
    EXPECT_EQ(verdict(check(schema, large, raised)), "schema at ''") << schema;
  }
  std::string names = "{\"0\":0";
  for (int i = 1; i < 100'000; ++i) names += ",\"" + std::to_string(i) + "\":0";
  EXPECT_EQ(verdict(check(R"({"additionalProperties":{"type":"integer"}})", names + "}", raised)),
            "accepted");
  EXPECT_EQ(verdict(check("{}", names + ",\"7\":1}", raised)), "duplicate-member at '/7'");
}

TEST(Validator, GivesTheSameVerdictHoweverOftenItIsUsed) {
  const CompiledSchema schema(R"({"properties":{"a":{"pattern":"^x"}},"required":["a"]})", "s");
  Validator validator(schema, {});
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(verdict(validator.check(R"({"a":"x"})")), "accepted");
    EXPECT_EQ(verdict(validator.check(R"({"a":"y"})")), "schema at '/a'");
    EXPECT_EQ(verdict(validator.check("{")), "not-json nowhere");
    EXPECT_EQ(verdict(validator.check(R"({"a":1,"a":2})")), "duplicate-member at '/a'");
  }
}

}  // namespace
}  // namespace weir::json_schema_validate::testing
