#include "engine/pipeline/stage_config.hpp"

#include "engine/pipeline/yaml.hpp"
#include "fake_catalog.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::PrintToString;
using weir::testing::findings;

struct Outcome {
  std::string json;
  std::vector<std::string> faults;
  std::vector<std::string> references;
};

/// The `with:` map of a stage, as text, against a schema.
Outcome check(const std::string& yaml, const std::string& schema) {
  const std::string text = "with:\n" + yaml;
  weir::Findings found(text, "test.yaml");
  const auto root = weir::read_yaml(text, found);
  EXPECT_TRUE(root && !found.any()) << yaml;
  const weir::StageInfo type{.id = "tried",
                             .summary = "",
                             .schema = schema,
                             .role = weir::Role::step,
                             .rebuildable = false,
                             .plugin = "test 1.0",
                             .library = ""};
  const weir::StageConfig config =
      weir::read_stage_config(&root->members.front(), {1, 1, 4}, type, found);
  Outcome outcome{config.json, findings({std::nullopt, std::move(found).take()}), {}};
  for (const auto& reference : config.references)
    outcome.references.push_back(reference.path + "=" + reference.name);
  return outcome;
}

std::string schema_of(const char* id) { return weir::testing::FakeCatalog().find(id)->schema; }

TEST(StageConfig, SaysWhatIsMissingAndWhatItIsFor) {
  EXPECT_THAT(
      check("  brokers: b\n", schema_of("queue-source")).faults,
      ElementsAre(
          "1:1 missing-key: `topic` is missing; add it under `with:` (The topic to read.)"));
  EXPECT_THAT(check("  dsn: x\n  tables:\n    - {form: /x}\n", schema_of("table-sink")).faults,
              ElementsAre("4:7 missing-key: `tables[0].table` is missing; add it to `tables[0]` "
                          "(The table's name.)",
                          "4:8 unknown-key: `tables[0].form` is not known (did you mean `from`?)"));
}

TEST(StageConfig, TakesAMistypedKeyForTheMissingOne) {
  EXPECT_THAT(check("  brokers: b\n  topics: t\n", schema_of("queue-source")).faults,
              ElementsAre("3:3 unknown-key: `topics` is not known (did you mean `topic`?)"));
}

TEST(StageConfig, SaysWhatAValueMustBeAndWhatItIs) {
  const Outcome outcome = check(
      "  brokers: [b]\n  topic: 5\n  start: erliest\n  wait: 5 sec\n  buffer: 1MB\n  port: abc\n  "
      "fast: yes\n  ratio: \"1.5\"\n"
      "  properties: {a: [1], b: 1.5}\n",
      schema_of("queue-source"));
  EXPECT_THAT(
      outcome.faults,
      ElementsAre(
          "2:12 wrong-type: `brokers` must be a text, it is a list (Where the queue is.)",
          "3:10 wrong-type: `topic` must be a text, it is the integer 5 (put it in quotes, so that "
          "it is a text)",
          "4:10 bad-value: `start` must be \"earliest\", \"latest\", \"committed\" or \"error\", "
          "it is the text \"erliest\" (did you mean `earliest`?)",
          HasSubstr("5:9 bad-value: `wait` must be a duration, it is the text \"5 sec\" (write a "
                    "whole number and a unit"),
          HasSubstr("6:11 bad-value: `buffer` must be a number of bytes, it is the text \"1MB\""),
          "7:9 wrong-type: `port` must be an integer, it is the text \"abc\"",
          "8:9 wrong-type: `fast` must be true or false, it is the text \"yes\" (write true or "
          "false)",
          "9:10 wrong-type: `ratio` must be a number, it is the text \"1.5\" (write it without "
          "quotes)",
          "10:19 wrong-type: `properties.a` must be a text, an integer or true or false, it is a "
          "list",
          "10:27 wrong-type: `properties.b` must be a text, an integer or true or false, it is the "
          "number 1.5 (put it in quotes, so that it is a text)"));
}

TEST(StageConfig, ChecksBoundsLengthsAndPatterns) {
  EXPECT_THAT(check("  brokers: \"\"\n  topic: t\n  port: 0\n", schema_of("queue-source")).faults,
              ElementsAre("2:12 bad-value: `brokers` must not be empty (Where the queue is.)",
                          "4:9 out-of-range: `port` must be at least 1, it is the integer 0"));
  EXPECT_THAT(
      check("  dsn: x\n  key: order\n  tables: []\n", schema_of("table-sink")).faults,
      ElementsAre(
          "3:8 bad-value: `key` must match the pattern `^(/[^/]+)+$`, it is the text \"order\"",
          "4:11 bad-value: `tables` must have at least this many items: 1; it has 0"));
}

TEST(StageConfig, DoesNotTakeAWholeRealForAnInteger) {
  EXPECT_THAT(check("  brokers: b\n  topic: t\n  port: 80.0\n", schema_of("queue-source")).faults,
              ElementsAre("4:9 wrong-type: `port` must be an integer, it is the number 80.0"));
}

TEST(StageConfig, KeepsNumbersAsTheyAre) {
  EXPECT_EQ(
      check("  a: 9223372036854775807\n  b: -9223372036854775808\n  c: 0.1000000000000000000001\n  "
            "d: 1e3\n",
            "{}")
          .json,
      R"({"a":9223372036854775807,"b":-9223372036854775808,"c":0.1000000000000000000001,"d":1e3})");
}

TEST(StageConfig, TakesAWholeNumberOfBytesWithoutQuotes) {
  EXPECT_THAT(check("  memory: 4096\n", schema_of("memory-cache")).json,
              HasSubstr(R"("memory":"4096")"));
  EXPECT_THAT(check("  memory: 4096.5\n", schema_of("memory-cache")).faults,
              ElementsAre(HasSubstr("must be a text")));
}

TEST(StageConfig, FillsDefaultsAtEveryDepth) {
  const char* schema = R"({"properties": {
    "outer": {"type": "object", "default": {}, "properties": {
      "inner": {"default": {"given": 1}, "properties": {"given": {"default": 9}, "more": {"default": 2.0}}}}},
    "list": {"default": [{}, {"x": null}], "items": {"properties": {"x": {"default": [true, "t"]}}}},
    "byref": {"$ref": "#/definitions/d"}, "beside": {"$ref": "#/definitions/e", "default": "b"},
    "none": {"type": "string"}},
    "allOf": [{"properties": {"third": {"default": -3}}}],
    "definitions": {"d": {"default": 4}, "e": {"type": "string"}}})";
  EXPECT_EQ(
      check("  outer: {inner: {more: 7}}\n", schema).json,
      R"({"outer":{"inner":{"more":7,"given":9}},"list":[{"x":[true,"t"]},{"x":null}],"byref":4,"beside":"b","third":-3})");
  EXPECT_EQ(
      check("  {}\n", schema).json,
      R"({"outer":{"inner":{"given":1,"more":2.0}},"list":[{"x":[true,"t"]},{"x":null}],"byref":4,"beside":"b","third":-3})");
}

TEST(StageConfig, OfNothingIsAnEmptyMap) {
  EXPECT_EQ(check("", "{}").json, "{}");
  EXPECT_THAT(check("  - a\n", "{}").faults,
              ElementsAre(HasSubstr("`with` must be a map, it is a list")));
  EXPECT_THAT(check("  text\n", "{}").faults,
              ElementsAre(HasSubstr("`with` must be a map, it is the text \"text\"")));
}

TEST(StageConfig, NamesTheFormThatWasProbablyMeant) {
  const char* schema = R"({"properties": {"from": {"oneOf": [
      {"type": "string"},
      {"type": "object", "required": ["table"], "additionalProperties": false, "properties": {"table": {"type": "string"}}}]}}})";
  EXPECT_THAT(check("  from: {tabel: x}\n", schema).faults,
              ElementsAre(HasSubstr("`from.tabel` is not known (did you mean `table`?)")));
  EXPECT_THAT(check("  from: 5\n", schema).faults,
              ElementsAre(HasSubstr("`from` must be a text or a map, it is the integer 5")));
  EXPECT_TRUE(check("  from: x\n", schema).faults.empty());
}

TEST(StageConfig, KnowsTheRestOfDraft07) {
  const char* schema = R"({"properties": {
      "even": {"multipleOf": 2}, "fixed": {"const": [1, {"a": "b"}]}, "unique": {"uniqueItems": true},
      "contains": {"contains": {"const": 1}}, "not": {"not": {"type": "null"}},
      "pair": {"items": [{"type": "integer"}, {"type": "string"}], "additionalItems": false},
      "names": {"propertyNames": {"maxLength": 3}}, "map": {"minProperties": 1, "patternProperties": {"^n": {"type": "integer"}}},
      "never": false},
    "dependencies": {"user": ["password"], "tls": {"required": ["cert"]}},
    "if": {"required": ["mode"]}, "then": {"required": ["level"]}, "else": {"required": ["other"]}})";
  const Outcome outcome = check(
      "  even: 3\n  fixed: [1]\n  unique: [a, b, a]\n  contains: [2]\n  not:\n  pair: [x, y, z]\n  "
      "names: {long-one: 1}\n"
      "  map: {n1: x}\n  never: 1\n  user: u\n  tls: t\n  mode: m\n",
      schema);
  EXPECT_EQ(outcome.faults.size(), 13U) << PrintToString(outcome.faults);
  EXPECT_TRUE(check("  even: 4\n  fixed: [1.0, {a: b}]\n  unique: [a, 1]\n  contains: [0, 1]\n  "
                    "pair: [1, y]\n  other: 1\n",
                    schema)
                  .faults.empty());
}

TEST(StageConfig, GathersWhatNamesAStage) {
  EXPECT_THAT(check("  from: [a, b]\n", schema_of("page-query")).references,
              ElementsAre("from[0]=a", "from[1]=b"));
  EXPECT_THAT(check("  restore: {from: s}\n", schema_of("memory-cache")).references,
              ElementsAre("restore.from=s"));
  EXPECT_THAT(check("  x: [a, b]\n",
                    R"({"properties": {"x": {"items": {"type": "string", "x-weir-stage": true}}}})")
                  .references,
              ElementsAre("x[0]=a", "x[1]=b"));
  EXPECT_TRUE(
      check("  x: a\n", R"({"properties": {"x": {"x-weir-stage": false}}})").references.empty());
}

TEST(StageConfig, RefusesTextsThatRegularExpressionsCannotTake) {
  const Outcome outcome =
      check("  dsn: x\n  key: " + std::string(100'000, 'a') + "\n  tables: [{table: t}]\n",
            schema_of("table-sink"));
  EXPECT_THAT(outcome.faults, ElementsAre(HasSubstr("3:8 too-large")));
  const std::string longest = "/" + std::string(2047, 'a');
  EXPECT_TRUE(
      check("  dsn: x\n  key: " + longest + "\n  tables: [{table: t}]\n", schema_of("table-sink"))
          .faults.empty());
}

struct BadSchema {
  const char* schema;
  const char* words;
};

class UnusableSchema : public testing::TestWithParam<BadSchema> {};

TEST_P(UnusableSchema, IsADiagnosticThatNamesTheStage) {
  const Outcome outcome = check("  a: 1\n", GetParam().schema);
  ASSERT_EQ(outcome.faults.size(), 1U) << PrintToString(outcome.faults);
  EXPECT_THAT(outcome.faults.front(),
              HasSubstr("bad-schema: the schema of the stage `tried` is not usable: "));
  EXPECT_THAT(outcome.faults.front(), HasSubstr(GetParam().words));
}

INSTANTIATE_TEST_SUITE_P(
    StageConfig, UnusableSchema,
    testing::Values(
        BadSchema{"", "not JSON"}, BadSchema{"{", "not JSON"}, BadSchema{"[]", "not a JSON object"},
        BadSchema{R"({"typo": 1})", "`typo`"},
        BadSchema{R"({"propertys": {}})", "did you mean `properties`?"},
        BadSchema{R"({"$schema": "https://json-schema.org/draft/2020-12/schema"})", "`$schema`"},
        BadSchema{R"({"type": "text"})", "`type`"},
        BadSchema{R"({"properties": []})", "`properties`"},
        BadSchema{R"({"properties": {"a": 5}})", "`properties`"},
        BadSchema{R"({"properties": {"a": {"minimum": "1"}}})", "`minimum`"},
        BadSchema{R"({"required": "a"})", "`required`"},
        BadSchema{R"({"multipleOf": 0})", "`multipleOf`"},
        BadSchema{R"({"minLength": -1})", "`minLength`"},
        BadSchema{R"({"pattern": "("})", "`pattern`"},
        BadSchema{R"({"patternProperties": {"(": {}}})", "`patternProperties`"},
        BadSchema{R"({"anyOf": []})", "`anyOf`"},
        BadSchema{R"({"$ref": "http://x/y"})", "leaves the schema"},
        BadSchema{R"({"$ref": "#/definitions/x"})", "leads nowhere"},
        BadSchema{R"({"$ref": "#"})", "circle"},
        BadSchema{R"({"allOf": [{"$ref": "#"}]})", "never ends"},
        BadSchema{R"({"properties": {"a": {"$ref": "#/properties/a"}}})", "circle"},
        BadSchema{R"({"x-parts": {"a": {}}, "properties": {"b": {"$ref": "#/x-parts/a"}}})",
                  "no schema"},
        BadSchema{R"({"default": {}, "properties": {"b": {"$ref": "#", "default": {}}}})",
                  "nested more than 64 deep"}));

TEST(StageConfig, AllowsASchemaThatRefersToItselfDeeperDown) {
  const char* tree = R"({"additionalProperties": false, "properties": {"name": {"type": "string"},
                        "children": {"type": "array", "items": {"$ref": "#"}}}})";
  EXPECT_TRUE(check("  children: [{name: a, children: [{name: b}]}]\n", tree).faults.empty());
  EXPECT_THAT(check("  children: [{name: a, children: [{name: 5}]}]\n", tree).faults,
              ElementsAre(HasSubstr("`children[0].children[0].name` must be a text")));
}

}  // namespace
