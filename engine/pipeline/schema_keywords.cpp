#include "engine/pipeline/schema_keywords.hpp"

#include "engine/pipeline/suggestion.hpp"

#include <algorithm>
#include <array>
#include <regex>
#include <set>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace weir {
namespace {

using Value = StageSchema::Value;
using Object = StageSchema::Object;
using Array = StageSchema::Array;

/// What a keyword's value is.
enum class Holds {
  any,
  text,
  flag,
  number,
  positive,
  count,
  list,
  texts,
  type,
  pattern,
  dialect,
  schema,
  schemas,
  schema_map,
  pattern_map,
  items,
  dependencies
};

struct Keyword {
  std::string_view name;
  Holds holds;
  bool same_value =
      false;  ///< its schemas speak of the very value that the schema itself speaks of
};

// Draft-07 as far as valijson goes; what it ignores silently (contentMediaType) is left out, so it
// is refused.
constexpr std::array keywords{
    Keyword{"$schema", Holds::dialect},
    Keyword{"$id", Holds::text},
    Keyword{"$comment", Holds::text},
    Keyword{"$ref", Holds::text},
    Keyword{"title", Holds::text},
    Keyword{"description", Holds::text},
    Keyword{"default", Holds::any},
    Keyword{"examples", Holds::list},
    Keyword{"readOnly", Holds::flag},
    Keyword{"writeOnly", Holds::flag},
    Keyword{"definitions", Holds::schema_map},
    Keyword{"type", Holds::type},
    Keyword{"enum", Holds::list},
    Keyword{"const", Holds::any},
    Keyword{"format", Holds::text},
    Keyword{"multipleOf", Holds::positive},
    Keyword{"minimum", Holds::number},
    Keyword{"maximum", Holds::number},
    Keyword{"exclusiveMinimum", Holds::number},
    Keyword{"exclusiveMaximum", Holds::number},
    Keyword{"minLength", Holds::count},
    Keyword{"maxLength", Holds::count},
    Keyword{"pattern", Holds::pattern},
    Keyword{"items", Holds::items},
    Keyword{"additionalItems", Holds::schema},
    Keyword{"contains", Holds::schema},
    Keyword{"minItems", Holds::count},
    Keyword{"maxItems", Holds::count},
    Keyword{"uniqueItems", Holds::flag},
    Keyword{"properties", Holds::schema_map},
    Keyword{"patternProperties", Holds::pattern_map},
    Keyword{"additionalProperties", Holds::schema},
    Keyword{"propertyNames", Holds::schema},
    Keyword{"required", Holds::texts},
    Keyword{"minProperties", Holds::count},
    Keyword{"maxProperties", Holds::count},
    Keyword{"dependencies", Holds::dependencies, true},
    Keyword{"allOf", Holds::schemas, true},
    Keyword{"anyOf", Holds::schemas, true},
    Keyword{"oneOf", Holds::schemas, true},
    Keyword{"not", Holds::schema, true},
    Keyword{"if", Holds::schema, true},
    Keyword{"then", Holds::schema, true},
    Keyword{"else", Holds::schema, true},
};

const Keyword* find_keyword(std::string_view name) {
  const auto* found = std::find_if(keywords.begin(), keywords.end(),
                                   [&](const Keyword& k) { return k.name == name; });
  return found == keywords.end() ? nullptr : found;
}

bool is_number(const Value& value) {
  return !value.isEmpty() && value.isNumeric() && !value.isBoolean();
}
bool is_schema(const Value& value) { return StageSchema::object(value) || value.isBoolean(); }

template <class Test>
bool all_items(const Value& value, Test test) {
  const Array array = StageSchema::array(value);
  return array && std::all_of(array->begin(), array->end(), test);
}

template <class Test>
bool all_members(const Value& value, Test test) {
  const Object object = StageSchema::object(value);
  return object && std::all_of(object->begin(), object->end(), [&](const auto& member) {
           return test(member.first, member.second);
         });
}

bool is_text(const Value& value) { return value.isString(); }

bool is_type_name(const Value& value) {
  constexpr std::array<std::string_view, 7> names{"null",   "boolean", "integer", "number",
                                                  "string", "array",   "object"};
  return value.isString() &&
         std::find(names.begin(), names.end(), value.extract<std::string>()) != names.end();
}

bool is_pattern(const std::string& text) {
  try {
    const std::regex compiled(text);
    return true;
  } catch (const std::regex_error&) {
    return false;
  }
}

bool is_dialect(const Value& value) {
  if (!value.isString()) return false;
  std::string dialect = value.extract<std::string>();
  if (dialect.ends_with('#')) dialect.pop_back();
  return dialect == "http://json-schema.org/draft-07/schema" ||
         dialect == "https://json-schema.org/draft-07/schema";
}

bool fits(const Value& value, Holds holds) {
  const auto member_schema = [](const std::string&, const Value& schema) {
    return is_schema(schema);
  };
  switch (holds) {
    case Holds::any:
      return true;
    case Holds::text:
      return is_text(value);
    case Holds::flag:
      return value.isBoolean();
    case Holds::number:
      return is_number(value);
    case Holds::positive:
      return is_number(value) && value.convert<double>() > 0;
    case Holds::count:
      return is_number(value) && value.isInteger() && value.convert<double>() >= 0;
    case Holds::list:
      return static_cast<bool>(StageSchema::array(value));
    case Holds::texts:
      return all_items(value, is_text);
    case Holds::type:
      return is_type_name(value) || all_items(value, is_type_name);
    case Holds::pattern:
      return value.isString() && is_pattern(value.extract<std::string>());
    case Holds::dialect:
      return is_dialect(value);
    case Holds::schema:
      return is_schema(value);
    case Holds::schemas:
      return all_items(value, is_schema) && StageSchema::array(value)->size() != 0;
    case Holds::schema_map:
      return all_members(value, member_schema);
    case Holds::pattern_map:
      return all_members(value, [](const std::string& key, const Value& schema) {
        return is_pattern(key) && is_schema(schema);
      });
    case Holds::items:
      return is_schema(value) || all_items(value, is_schema);
    case Holds::dependencies:
      return all_members(value, [](const std::string&, const Value& v) {
        return is_schema(v) || all_items(v, is_text);
      });
  }
  return false;
}

/// The schemas directly inside of a keyword's value.
std::vector<Value> inner_schemas(const Value& value, Holds holds) {
  std::vector<Value> inner;
  switch (holds) {
    case Holds::schema:
    case Holds::schemas:
    case Holds::schema_map:
    case Holds::pattern_map:
    case Holds::items:
    case Holds::dependencies:
      break;
    case Holds::any:
    case Holds::text:
    case Holds::flag:
    case Holds::number:
    case Holds::positive:
    case Holds::count:
    case Holds::list:
    case Holds::texts:
    case Holds::type:
    case Holds::pattern:
    case Holds::dialect:
      return inner;
  }
  if (const Array array = StageSchema::array(value)) {
    inner.assign(array->begin(), array->end());
  } else if (holds == Holds::schema || holds == Holds::items) {
    inner.push_back(value);
  } else if (const Object object = StageSchema::object(value)) {
    for (const auto& [key, schema] : *object) inner.push_back(schema);
  }
  return inner;
}

void check_keyword(const std::string& name, const Value& value) {
  if (name.starts_with("x-")) return;
  const Keyword* keyword = find_keyword(name);
  if (keyword == nullptr) {
    std::vector<std::string> known;
    for (const Keyword& k : keywords) known.emplace_back(k.name);
    const std::string near = did_you_mean(name, known);
    throw std::invalid_argument("the keyword `" + name +
                                "` is not one of draft-07 that is supported" +
                                (near.empty() ? "" : "; " + near));
  }
  if (!fits(value, keyword->holds)) {
    throw std::invalid_argument("the keyword `" + name +
                                "` has a value that draft-07 does not allow: " +
                                Poco::Dynamic::Var::toString(value).substr(0, 80));
  }
}

/// Follows what speaks of the same value: coming back to a schema on the way would never end.
void check_circles(const StageSchema& schema, const Value& at, std::vector<const void*>& way) {
  const Object object = StageSchema::object(schema.resolve(at));
  if (!object) return;
  if (std::find(way.begin(), way.end(), object.get()) != way.end()) {
    throw std::invalid_argument("it refers to itself for the same value, which never ends");
  }
  way.push_back(object.get());
  for (const auto& [name, value] : *object) {
    const Keyword* keyword = find_keyword(name);
    if (keyword == nullptr || !keyword->same_value) continue;
    for (const Value& inner : inner_schemas(value, keyword->holds))
      check_circles(schema, inner, way);
  }
  way.pop_back();
}

}  // namespace

void for_each_schema(const Value& schema, const std::function<void(const Object&)>& visit) {
  const Object object = StageSchema::object(schema);
  if (!object) return;
  visit(object);
  std::vector<std::pair<Value, Holds>> values;  // `visit` may change the object
  for (const auto& [name, value] : *object) {
    if (const Keyword* keyword = find_keyword(name)) values.emplace_back(value, keyword->holds);
  }
  for (const auto& [value, holds] : values) {
    for (const Value& inner : inner_schemas(value, holds)) for_each_schema(inner, visit);
  }
}

void check_keywords(const StageSchema& schema) {
  if (!is_schema(schema.root())) throw std::invalid_argument("it is not a JSON object");
  for_each_schema(schema.root(), [](const Object& object) {
    for (const auto& [name, value] : *object) check_keyword(name, value);
  });
  std::set<const void*> known;
  for_each_schema(schema.root(), [&](const Object& object) { known.insert(object.get()); });
  for_each_schema(schema.root(), [&](const Object& object) {
    const Object target = StageSchema::object(schema.resolve(Value(object)));
    if (target && !known.contains(target.get())) {
      throw std::invalid_argument("the reference " + object->getValue<std::string>("$ref") +
                                  " leads to what is no schema");
    }
    std::vector<const void*> way;
    check_circles(schema, Value(object), way);
  });
}

}  // namespace weir
