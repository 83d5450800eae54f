// The engine's own checker writes the error texts, valijson has the verdict: they must not differ.

#include "engine/pipeline/schema_check.hpp"
#include "engine/pipeline/stage_schema.hpp"
#include "seed.hpp"

#include <gtest/gtest.h>

#include <random>

namespace {

using weir::Kind;
using weir::Node;

Node leaf(Kind kind, std::string text) {
  Node node;
  node.kind = kind;
  node.written = node.text = std::move(text);
  return node;
}

/// Values and keys from small sets, so that they often fit.
class Values {
 public:
  explicit Values(std::mt19937& random) : random_(random) {}

  std::size_t below(std::size_t count) {
    return std::uniform_int_distribution<std::size_t>(0, count - 1)(random_);
  }

  Node any(int depth) {
    switch (below(depth > 0 ? 9 : 6)) {
      case 0:
        return leaf(Kind::null, "null");
      case 1:
        return leaf(Kind::boolean, below(2) == 0 ? "true" : "false");
      case 2:
      case 3:
        return leaf(Kind::integer, std::to_string(static_cast<int>(below(9)) - 4));
      case 4:
        return leaf(Kind::real, below(2) == 0 ? "1.5" : "2.0");
      case 5:
        return leaf(Kind::text, texts[below(std::size(texts))]);
      case 6: {
        Node list;
        list.kind = Kind::list;
        for (std::size_t i = below(4); i > 0; --i) list.items.push_back(any(depth - 1));
        return list;
      }
      default:
        return map(depth);
    }
  }

  Node map(int depth) {
    Node node;
    node.kind = Kind::map;
    for (const char* key : keys) {
      if (below(3) != 0) node.members.push_back({key, {}, any(depth - 1)});
    }
    return node;
  }

 private:
  static constexpr const char* texts[] = {"", "a", "b", "abc", "ü", "ab/c"};
  static constexpr const char* keys[] = {"a", "b", "list", "map"};
  std::mt19937& random_;
};

constexpr const char* schemas[] = {
    R"({})",
    R"({"type": "object", "required": ["a"]})",
    R"({"additionalProperties": false, "properties": {"a": {"type": "integer"}, "b": {}}})",
    R"({"properties": {"a": {"type": ["string", "null"]}, "b": {"enum": [1, "a", null, [], 2.0]}}})",
    R"({"properties": {"a": {"minimum": 0, "exclusiveMaximum": 3, "type": ["integer", "string", "null", "array", "object"]}}})",
    R"({"properties": {"a": {"minLength": 1, "maxLength": 2}, "b": {"pattern": "^a"}}})",
    R"({"properties": {"list": {"type": "array", "minItems": 1, "maxItems": 2, "items": {"type": "integer"}}}})",
    R"({"properties": {"list": {"items": [{"type": "string"}, {"type": "integer"}], "additionalItems": false}}})",
    R"({"properties": {"list": {"items": [{"type": "string"}], "additionalItems": {"type": "null"}}}})",
    R"({"properties": {"list": {"uniqueItems": true}, "map": {"minProperties": 1, "maxProperties": 2}}})",
    R"({"properties": {"list": {"contains": {"type": "string"}}, "map": {"propertyNames": {"enum": ["a", "b"]}}}})",
    R"({"patternProperties": {"^[ab]$": {"type": ["integer", "string"]}}, "additionalProperties": {"type": ["array", "object"]}})",
    R"({"properties": {"a": {"anyOf": [{"type": "string"}, {"type": "integer", "minimum": 2}]}}})",
    R"({"properties": {"a": {"oneOf": [{"type": "integer"}, {"enum": [1, 2, "a"]}, {"type": "array"}]}}})",
    R"({"properties": {"a": {"allOf": [{"type": ["integer", "string"]}, {"not": {"const": 0}}]}}})",
    R"({"if": {"required": ["a"]}, "then": {"required": ["b"]}, "else": {"required": ["list"]}})",
    R"({"dependencies": {"a": ["b"], "list": {"required": ["map"]}}})",
    R"({"properties": {"map": {"$ref": "#"}, "a": {"$ref": "#/definitions/x"}}, "definitions": {"x": {"const": {"a": 1}}}})",
    R"({"properties": {"a": {"multipleOf": 2, "type": ["integer", "null", "object", "array"]}, "b": false, "map": true}})",
};

TEST(SchemaCheck, AgreesWithValijsonOnEveryValue) {
  const unsigned seed = weir::testing::seed();
  SCOPED_TRACE("WEIR_SEED=" + std::to_string(seed));
  std::mt19937 random(seed);
  std::size_t accepted = 0, refused = 0;
  for (const char* json : schemas) {
    const weir::StageSchema schema(json);
    for (int i = 0; i < 400; ++i) {
      const Node node = Values(random).map(3);
      const bool ours = weir::check_against_schema(node, schema, {}).faults.empty();
      const bool theirs = schema.accepts(weir::to_json(node));
      ASSERT_EQ(ours, theirs) << json << "\n" << weir::to_json(node);
      (ours ? accepted : refused) += 1;
    }
  }
  EXPECT_GT(accepted, 500U);
  EXPECT_GT(refused, 500U);
}

}  // namespace
