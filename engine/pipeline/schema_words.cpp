#include "engine/pipeline/schema_words.hpp"

#include "engine/pipeline/defaults.hpp"
#include "engine/pipeline/scalar.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace weir {
namespace {

bool contains(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// YAML 1.1, and most people, take these for true and false.
bool old_boolean(const std::string& text) {
  constexpr std::array<std::string_view, 8> words{"yes", "no", "on", "off",
                                                  "Yes", "No", "On", "Off"};
  return std::find(words.begin(), words.end(), text) != words.end();
}

}  // namespace

std::string type_word(std::string_view json_type) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 7> words{
      {{"string", "a text"},
       {"integer", "an integer"},
       {"number", "a number"},
       {"boolean", "true or false"},
       {"array", "a list"},
       {"object", "a map"},
       {"null", "empty"}}};
  for (const auto& [type, word] : words) {
    if (type == json_type) return std::string(word);
  }
  return std::string(json_type);
}

std::string join_or(const std::vector<std::string>& words) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i != 0) out += i + 1 == words.size() ? " or " : ", ";
    out += words[i];
  }
  return out;
}

std::string type_help(const Node& node, const std::vector<std::string>& json_types) {
  const bool scalar =
      node.kind == Kind::boolean || node.kind == Kind::integer || node.kind == Kind::real;
  if (scalar && contains(json_types, "string")) return "put it in quotes, so that it is a text";
  if (node.kind == Kind::text && !node.substituted) {
    const Kind kind = type_plain_scalar(node.text).kind;
    const bool number = contains(json_types, "integer") || contains(json_types, "number");
    if (number && (kind == Kind::integer || kind == Kind::real)) return "write it without quotes";
    if (contains(json_types, "boolean") && kind == Kind::boolean) return "write it without quotes";
    if (contains(json_types, "boolean") && old_boolean(node.text)) return "write true or false";
  }
  if (contains(json_types, "array") && node.kind != Kind::list)
    return "write it as a list: [ … ], or lines that start with `- `";
  return {};
}

std::string constant_word(const StageSchema::Value& value) {
  const Node node = constant(value, {});
  if (node.kind == Kind::text) return in_quotes(node.text);
  return to_json(node);
}

std::string description_of(const StageSchema::Object& schema) {
  if (!schema || !schema->has("description")) return {};
  const StageSchema::Value text = schema->get("description");
  return text.isString() ? text.extract<std::string>() : std::string();
}

}  // namespace weir
