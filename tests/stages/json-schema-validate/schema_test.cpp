// Schemas that could not be kept are refused when they are loaded, with the place and what to do.
#include <gtest/gtest.h>

#include <functional>
#include <stdexcept>
#include <string>

#include "check.hpp"

namespace weir::json_schema_validate::testing {
namespace {

std::string refusal_of(const std::function<void()>& load) {
  try {
    load();
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "accepted";
}
std::string refusal_of(const std::string& schema) {
  return refusal_of([&] { CompiledSchema(schema, "s.json"); });
}

struct Refused {
  std::string what, schema, text;
};
void PrintTo(const Refused& refused, std::ostream* out) { *out << refused.what; }

class Schema : public ::testing::TestWithParam<Refused> {};

TEST_P(Schema, IsRefusedWithPlaceAndAdvice) {
  const std::string text = refusal_of(GetParam().schema);
  EXPECT_TRUE(text.starts_with("the schema s.json cannot be used: ")) << text;
  EXPECT_NE(text.find(GetParam().text), std::string::npos) << text;
}

const std::vector<Refused> refused{
    {"NotJson", "{", "not JSON: it ends too early"},
    {"NoSchema", "[]", "at the root: a schema must be an object, true or false"},
    {"DuplicateKeyword", R"({"type":"object","type":"array"})",
     "at /type: the member \"type\" stands twice"},
    {"Draft4", R"({"$schema":"http://json-schema.org/draft-04/schema#"})",
     "at /$schema: the draft"},
    {"Draft2020", R"({"$schema":"https://json-schema.org/draft/2020-12/schema"})",
     "write the schema for http://json-schema.org/draft-07"},
    {"UnknownKeyword", R"({"properties":{"a":{"colour":"red"}}})",
     "at /properties/a/colour: the keyword \"colour\" is not one of draft-07"},
    {"MisspeltKeyword", R"({"properties":{"a":{"maxLenght":3}}})", "did you mean maxLength?"},
    {"KeywordInCapitals", R"({"Required":["a"]})", "did you mean required?"},
    {"PatternProperties", R"({"patternProperties":{"^a":{}}})",
     "at /patternProperties: patternProperties is not supported"},
    {"Defs", R"({"$defs":{}})", "draft-07 calls it definitions"},
    {"IdInside", R"({"properties":{"a":{"$id":"x"}}})", "$id is supported at the root only"},
    {"OldId", R"({"id":"x"})", "draft-07 calls it $id"},
    {"ContentEncoding", R"({"contentEncoding":"base64"})", "contentEncoding is not checked here"},
    {"RemoteReference", R"({"$ref":"http://example.org/a.json"})",
     "copy what it refers to under definitions"},
    {"OtherFile", R"({"properties":{"a":{"$ref":"b.json#/x"}}})",
     "at /properties/a/$ref: a reference must be"},
    {"MissingTarget", R"({"$ref":"#/definitions/a"})", "no schema stands at \"/definitions/a\""},
    {"TargetIsNoSchema", R"({"properties":{"a":{"$ref":"#/properties"}}})",
     "no schema stands at \"/properties\""},
    {"BesideReference",
     R"({"definitions":{"a":{}},"properties":{"b":{"$ref":"#/definitions/a","maxLength":3}}})",
     "at /properties/b/maxLength: maxLength stands beside $ref, where draft-07 ignores it"},
    {"ReferenceToItself", R"({"$ref":"#"})", "leads back to itself"},
    {"ReferenceInACircle",
     R"({"definitions":{"a":{"$ref":"#/definitions/b"},"b":{"$ref":"#/definitions/a"}}})",
     "leads back to itself"},
    {"EndlessAllOf", R"({"allOf":[{"$ref":"#"}]})", "leads back to itself"},
    {"EndlessCondition", R"({"if":{"not":{"$ref":"#"}}})", "leads back to itself"},
    {"EndlessDependency", R"({"dependencies":{"a":{"anyOf":[{"$ref":"#"}]}}})",
     "leads back to itself"},
    {"LookAhead", R"x({"pattern":"^(?=a)"})x",
     "at /pattern: the regular expression cannot be used"},
    {"BackReference", R"({"pattern":"(a)\\1"})", "write it for RE2"},
    {"UnknownFormat", R"({"format":"iri"})",
     "at /format: the format \"iri\" is not checked here; use one of date-time"},
    {"UnknownType", R"({"type":"int"})", "the type \"int\" does not exist"},
    {"EmptyTypes", R"({"type":[]})", "at /type: this list must not be empty"},
    {"EmptyEnum", R"({"enum":[]})", "at /enum"},
    {"NegativeLength", R"({"minLength":-1})", "at /minLength: this must be a whole number"},
    {"TextAsBound", R"({"maximum":"3"})", "at /maximum: this must be a number"},
    {"ZeroMultiple", R"({"multipleOf":0})", "at /multipleOf: this must be greater than 0"},
    {"RequiredText", R"({"required":"a"})", "at /required: this must be a list"},
    {"RequiredNumbers", R"({"required":[1]})", "at /required: this must be a list of member names"},
    {"EmptyAnyOf", R"({"anyOf":[]})", "at /anyOf: this list must not be empty"},
    {"PropertiesList", R"({"properties":[]})", "at /properties: this must be an object"},
    {"SchemaIsText", R"({"items":"string"})",
     "at /items: a schema must be an object, true or false"},
    {"UniqueText", R"({"uniqueItems":"yes"})", "at /uniqueItems: this must be true or false"},
};

/// A schema of `count` definitions, each of which refers to the next one, between two pieces of
/// text.
std::string chain(int count, const std::string& before, const std::string& behind) {
  std::string schema = R"({"$ref":"#/definitions/0","definitions":{)";
  for (int i = 0; i < count; ++i) {
    schema += "\"" + std::to_string(i) + "\":" + before + R"({"$ref":"#/definitions/)" +
              std::to_string(i + 1) + "\"}" + behind + ",";
  }
  return schema + "\"" + std::to_string(count) + "\":{}}}";
}

TEST(SchemaFile, MayNotAskForAnEndlessStack) {
  const std::vector<std::pair<std::string, std::string>> links{
      {"", ""}, {"{\"allOf\":[", "]}"}, {"{\"not\":", "}"}, {"{\"dependencies\":{\"a\":", "}}"}};
  for (const auto& [before, behind] : links) {
    EXPECT_EQ(refusal_of(chain(10, before, behind)), "accepted") << before;
    for (const int count : {100, 10'000}) {
      EXPECT_NE(refusal_of(chain(count, before, behind)).find("schemas lead from one to the next"),
                std::string::npos)
          << before;
    }
  }
  EXPECT_EQ(refusal_of(chain(200, "{\"items\":", "}")), "accepted");
  EXPECT_NE(refusal_of(chain(10'000, "{\"properties\":{\"a\":", "}}")).find("refer to each other"),
            std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Refused, Schema, ::testing::ValuesIn(refused),
                         [](const auto& tested) { return tested.param.what; });

TEST(SchemaFile, ThatIsMissingIsNamed) {
  const std::string text = refusal_of([] { CompiledSchema::load("/nowhere/order.schema.json"); });
  EXPECT_EQ(text,
            "the schema /nowhere/order.schema.json cannot be read: No such file or directory; "
            "check `schema`, "
            "which is taken from the pipeline file's folder");
}

TEST(SchemaFile, ThatIsAFolderIsRefused) {
  EXPECT_NE(refusal_of([] { CompiledSchema::load("/"); }), "accepted");
}

TEST(SchemaFile, MayCarryAnnotations) {
  EXPECT_EQ(
      refusal_of(
          R"({"$schema":"http://json-schema.org/draft-07/schema#","$id":"http://example.org/s","title":"t",
    "description":"d","$comment":"c","default":{},"examples":[1],"properties":{"a":{"readOnly":true,"writeOnly":false}}})"),
      "accepted");
}

TEST(SchemaFile, MayCallMembersLikeKeywords) {
  const std::string schema =
      R"({"properties":{"$ref":{"type":"string"},"id":{"type":"integer"},"a/b~c":{"type":"null"},
    "properties":{"properties":{"type":{"const":1}}}}})";
  EXPECT_EQ(verdict(check(schema, R"({"$ref":"x","id":1,"a/b~c":null,"properties":{"type":1}})")),
            "accepted");
  EXPECT_EQ(verdict(check(schema, R"({"$ref":1})")), "schema at '/$ref'");
  EXPECT_EQ(verdict(check(schema, R"({"a/b~c":1})")), "schema at '/a~1b~0c'");
  EXPECT_EQ(verdict(check(schema, R"({"properties":{"type":2}})")), "schema at '/properties/type'");
}

}  // namespace
}  // namespace weir::json_schema_validate::testing
