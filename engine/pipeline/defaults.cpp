#include "engine/pipeline/defaults.hpp"

#include "engine/pipeline/yaml.hpp"

#include <array>
#include <charconv>
#include <optional>
#include <stdexcept>
#include <utility>

namespace weir {
namespace {

using Value = StageSchema::Value;
using Object = StageSchema::Object;

/// The shortest digits that read back as the same number.
std::string digits(double number) {
  std::array<char, 32> buffer{};
  const auto [end, failure] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
  std::string text(buffer.data(), end);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

std::string text_member(const Object& schema, const std::string& name) {
  if (!schema->has(name)) return {};
  const Value value = schema->get(name);
  return value.isString() ? value.extract<std::string>() : std::string();
}

/// The default stands beside a `$ref` or behind it.
std::optional<Value> default_of(const StageSchema& schema, const Value& at) {
  for (const Value& place : {at, schema.resolve(at)}) {
    if (const Object object = StageSchema::object(place); object && object->has("default"))
      return std::make_optional<Value>(object->get("default"));
  }
  return std::nullopt;
}

class Fill {
 public:
  explicit Fill(const StageSchema& schema) : schema_(schema) {}

  void fill(Node& node, const Value& at, std::size_t depth) {
    if (depth > YamlLimits::depth)
      throw std::invalid_argument("its defaults are nested more than 64 deep");
    const Object object = StageSchema::object(schema_.resolve(at));
    if (!object) return;
    accept_plain_bytes(node, object);
    if (node.kind == Kind::map) fill_members(node, object, depth);
    if (node.kind == Kind::list && object->has("items"))
      fill_items(node, object->get("items"), depth);
    if (const auto all = StageSchema::array(object->get("allOf"))) {
      for (const Value& part : *all) fill(node, part, depth);
    }
  }

 private:
  static void accept_plain_bytes(Node& node, const Object& object) {
    if (node.kind != Kind::integer || !node.plain || text_member(object, "format") != "bytes")
      return;
    if (text_member(object, "type") == "string") node.kind = Kind::text;
  }

  void fill_members(Node& node, const Object& object, std::size_t depth) {
    const Object properties = StageSchema::object(object->get("properties"));
    if (properties) {
      for (const std::string& name : properties->getNames())
        add_default(node, name, properties->get(name));
    }
    for (Member& member : node.members) {
      if (properties && properties->has(member.key)) {
        fill(member.value, properties->get(member.key), depth + 1);
      } else if (object->has("additionalProperties")) {
        fill(member.value, object->get("additionalProperties"), depth + 1);
      }
    }
  }

  void add_default(Node& node, const std::string& name, const Value& at) {
    if (node.find(name) != nullptr) return;
    const std::optional<Value> value = default_of(schema_, at);
    if (value) node.members.push_back({name, node.place, constant(*value, node.place)});
  }

  void fill_items(Node& node, const Value& items, std::size_t depth) {
    const auto each = StageSchema::array(items);
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      if (!each) {
        fill(node.items[i], items, depth + 1);
      } else if (i < each->size()) {
        fill(node.items[i], each->get(static_cast<unsigned>(i)), depth + 1);
      }
    }
  }

  const StageSchema& schema_;
};

}  // namespace

Node constant(const Value& value, const Place& place) {
  Node node;
  node.place = place;
  node.defaulted = true;
  if (value.isEmpty()) {
    node.kind = Kind::null;
  } else if (const auto array = StageSchema::array(value)) {
    node.kind = Kind::list;
    for (const Value& item : *array) node.items.push_back(constant(item, place));
  } else if (const Object object = StageSchema::object(value)) {
    node.kind = Kind::map;
    for (const std::string& name : object->getNames()) {
      node.members.push_back({name, place, constant(object->get(name), place)});
    }
  } else if (value.isBoolean()) {
    node.kind = Kind::boolean;
    node.text = value.convert<bool>() ? "true" : "false";
  } else if (value.isString()) {
    node.kind = Kind::text;
    node.text = value.extract<std::string>();
  } else if (value.isInteger()) {
    node.kind = Kind::integer;
    node.text = value.convert<std::string>();
  } else {
    node.kind = Kind::real;
    node.text = digits(value.convert<double>());
  }
  node.written = node.text;
  return node;
}

void fill_defaults(Node& node, const StageSchema& schema) {
  Fill(schema).fill(node, schema.root(), 0);
}

}  // namespace weir
