#include "engine/pipeline/stage_schema.hpp"

#include "engine/pipeline/schema_keywords.hpp"

#include <Poco/Exception.h>
#include <Poco/JSON/ParseHandler.h>
#include <Poco/JSON/Parser.h>
#include <valijson/adapters/poco_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include <charconv>
#include <stdexcept>
#include <string_view>

namespace weir {
namespace {

constexpr int longest_chain = 32;  // of `$ref` to `$ref`; a longer one goes round in a circle

StageSchema::Value parse(const std::string& json) {
  Poco::JSON::Parser parser(
      new Poco::JSON::ParseHandler(true));  // members in the order of the text
  try {
    return parser.parse(json);
  } catch (const Poco::Exception& failure) {
    throw std::invalid_argument("it is not JSON: " + failure.displayText());
  }
}

std::string unescaped(std::string_view token) {
  std::string out;
  for (std::size_t i = 0; i < token.size(); ++i) {
    const bool escape = token[i] == '~' && i + 1 < token.size();
    out += !escape ? token[i] : token[i + 1] == '1' ? '/' : '~';
    if (escape) ++i;
  }
  return out;
}

StageSchema::Value step(const StageSchema::Value& from, const std::string& token,
                        const std::string& reference) {
  if (const auto object = StageSchema::object(from); object && object->has(token))
    return object->get(token);
  if (const auto array = StageSchema::array(from)) {
    std::size_t index = 0;
    const auto [end, failure] = std::from_chars(token.data(), token.data() + token.size(), index);
    if (failure == std::errc{} && end == token.data() + token.size() && index < array->size()) {
      return array->get(static_cast<unsigned>(index));
    }
  }
  throw std::invalid_argument("the reference " + reference + " leads nowhere");
}

StageSchema::Value follow(const StageSchema::Value& root, const std::string& reference) {
  if (!reference.starts_with('#')) {
    throw std::invalid_argument("the reference " + reference +
                                " leaves the schema; only \"#/…\" is supported");
  }
  StageSchema::Value at = root;
  std::string_view rest = std::string_view(reference).substr(1);
  while (!rest.empty()) {
    if (rest.front() != '/')
      throw std::invalid_argument("the reference " + reference + " is no JSON Pointer");
    rest.remove_prefix(1);
    const std::string_view token = rest.substr(0, rest.find('/'));
    at = step(at, unescaped(token), reference);
    rest.remove_prefix(token.size());
  }
  return at;
}

}  // namespace

struct StageSchema::Compiled {
  valijson::Schema schema;
};

StageSchema::StageSchema(const std::string& json)
    : root_(parse(json)), compiled_(std::make_unique<Compiled>()) {
  check_keywords(*this);
  for_each_schema(root_, [&](const Object& object) {
    has_patterns_ = has_patterns_ || object->has("pattern") || object->has("patternProperties");
  });

  const Value stripped = parse(json);
  for_each_schema(stripped, [](Object object) { object->remove("format"); });
  try {
    valijson::SchemaParser(valijson::SchemaParser::kDraft7)
        .populateSchema(valijson::adapters::PocoJsonAdapter(stripped), compiled_->schema);
  } catch (const std::exception& failure) {
    throw std::invalid_argument(failure.what());
  }
}

StageSchema::~StageSchema() = default;

StageSchema::Object StageSchema::object(const Value& value) {
  return value.type() == typeid(Object) ? value.extract<Object>() : Object();
}

StageSchema::Array StageSchema::array(const Value& value) {
  return value.type() == typeid(Array) ? value.extract<Array>() : Array();
}

StageSchema::Value StageSchema::resolve(const Value& schema) const {
  Value at = schema;
  for (int i = 0; i < longest_chain; ++i) {
    const Object found = object(at);
    if (!found || !found->has("$ref")) return at;
    at = follow(root_, found->getValue<std::string>("$ref"));
  }
  throw std::invalid_argument("a `$ref` leads round in a circle");
}

bool StageSchema::accepts(const std::string& json) const {
  try {
    valijson::Validator validator;
    return validator.validate(compiled_->schema, valijson::adapters::PocoJsonAdapter(parse(json)),
                              nullptr);
  } catch (const std::exception&) {  // its text could show a value
    throw std::invalid_argument("it cannot be applied to this configuration");
  }
}

}  // namespace weir
