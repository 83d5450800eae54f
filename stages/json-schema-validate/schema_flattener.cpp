#include "schema_flattener.hpp"

#include <boost/json/array.hpp>
#include <stdexcept>

#include "schema_keywords.hpp"
#include "wording.hpp"

namespace weir::json_schema_validate {
namespace {

namespace json = boost::json;

std::string standard(json::string_view text) { return {text.data(), text.size()}; }

std::string under(std::string place, std::string_view token) {
  append_token(place, token);
  return place;
}

void check_draft(const json::value& schema) {
  const auto* object = schema.if_object();
  const auto* draft = object != nullptr ? object->if_contains("$schema") : nullptr;
  if (draft == nullptr) return;
  std::string text = draft->is_string() ? standard(draft->get_string()) : "";
  if (text.ends_with('#')) text.pop_back();
  if (text != "http://json-schema.org/draft-07/schema" &&
      text != "https://json-schema.org/draft-07/schema") {
    refuse_schema(
        "/$schema",
        "the draft " + in_quotes(text) +
            " is not supported; write the schema for http://json-schema.org/draft-07/schema#");
  }
}

const json::object& need_object(const json::value& value, const std::string& place) {
  if (!value.is_object()) refuse_schema(place, "this must be an object");
  return value.get_object();
}

const json::array& need_array(const json::value& value, const std::string& place) {
  if (!value.is_array()) refuse_schema(place, "this must be a list");
  return value.get_array();
}

void check_strings(const json::value& value, const std::string& place) {
  for (const json::value& name : need_array(value, place)) {
    if (!name.is_string()) refuse_schema(place, "this must be a list of member names");
  }
}

}  // namespace

void refuse_schema(const std::string& place, std::string_view why) {
  throw std::runtime_error("at " + (place.empty() ? std::string("the root") : place) + ": " +
                           std::string(why));
}

FlatSchema SchemaFlattener::flatten(const Value& schema) {
  check_draft(schema);
  add(schema, "");
  resolve_references();
  refuse_endless_schemas();
  give_members_to_rules();
  json::array all;
  for (Value& flat : flat_) all.push_back(std::move(flat));
  return {json::object{{"$ref", "#/schemas/0"}, {"schemas", std::move(all)}}, std::move(rules_)};
}

std::size_t SchemaFlattener::add(const Value& schema, const std::string& place) {
  if (!schema.is_object() && !schema.is_bool())
    refuse_schema(place, "a schema must be an object, true or false");
  const std::size_t index = flat_.size();
  flat_.push_back(schema.is_bool() ? schema : Value(json::object_kind));
  places_.push_back(place);
  same_value_.emplace_back();
  indexes_[place] = index;
  if (schema.is_bool()) return index;

  const Object& object = schema.get_object();
  check_names(object, place);
  if (const Value* definitions = object.if_contains("definitions")) {
    const std::string inside = under(place, "definitions");
    for (const auto& [name, definition] : need_object(*definitions, inside))
      add(definition, under(inside, name));
  }
  if (object.contains("$ref")) {
    add_reference(index, object, place);
    return index;
  }
  Object flat;
  add_structure(index, object, place, flat);
  flat[rules_keyword] = static_cast<std::int64_t>(rules_.size());
  rules_.push_back(read_rules(object, place));
  flat_[index] = std::move(flat);
  return index;
}

void SchemaFlattener::check_names(const Object& schema, const std::string& place) const {
  for (const auto& member : schema) {
    const std::string name = standard(member.key());
    const auto fault = fault_of_keyword(name);
    if (fault) refuse_schema(under(place, name), *fault);
    if (name == "$id" && !place.empty()) {
      refuse_schema(under(place, name),
                    "$id is supported at the root only; take it out, and refer by #/definitions/…");
    }
  }
}

void SchemaFlattener::add_reference(std::size_t index, const Object& schema,
                                    const std::string& place) {
  for (const auto& member : schema) {
    const std::string name = standard(member.key());
    if (name != "$ref" && name != "definitions" && !is_annotation(name)) {
      refuse_schema(under(place, name), name +
                                            " stands beside $ref, where draft-07 ignores it; "
                                            "put both into a list under allOf");
    }
  }
  const Value& target = schema.at("$ref");
  const std::string text = target.is_string() ? standard(target.get_string()) : "";
  if (text != "#" && !text.starts_with("#/")) {
    refuse_schema(under(place, "$ref"),
                  "a reference must be a text such as #/definitions/name within this file; " +
                      in_quotes(text) + " is not: copy what it refers to under definitions");
  }
  references_.push_back({index, text.substr(1), under(place, "$ref")});
}

json::value SchemaFlattener::link(const Value& schema, const std::string& place) {
  return json::object{{"$ref", "#/schemas/" + std::to_string(add(schema, place))}};
}

void SchemaFlattener::add_structure(std::size_t index, const Object& schema,
                                    const std::string& place, Object& flat) {
  const auto same_value = [&](const Value& child, const std::string& at) {
    same_value_[index].push_back(flat_.size());
    return link(child, at);
  };
  if (const Value* members = schema.if_contains("properties")) {
    const std::string inside = under(place, "properties");
    Object& links = flat["properties"].emplace_object();
    for (const auto& [name, member] : need_object(*members, inside))
      links[name] = link(member, under(inside, name));
  }
  if (const Value* others = schema.if_contains("additionalProperties")) {
    flat["additionalProperties"] =
        others->is_bool() ? *others : link(*others, under(place, "additionalProperties"));
  }
  for (const char* name : {"propertyNames", "contains"}) {
    if (const Value* child = schema.if_contains(name))
      flat[name] = link(*child, under(place, name));
  }
  if (const Value* names = schema.if_contains("required")) {
    check_strings(*names, under(place, "required"));
    flat["required"] = *names;
  }
  for (const char* name : {"allOf", "anyOf", "oneOf"}) {
    const Value* list = schema.if_contains(name);
    if (list == nullptr) continue;
    const std::string inside = under(place, name);
    if (need_array(*list, inside).empty()) refuse_schema(inside, "this list must not be empty");
    json::array links;
    for (const Value& child : list->get_array()) {
      links.push_back(same_value(child, under(inside, std::to_string(links.size()))));
    }
    flat[name] = std::move(links);
  }
  for (const char* name : {"not", "if", "then", "else"}) {
    if (const Value* child = schema.if_contains(name))
      flat[name] = same_value(*child, under(place, name));
  }
  add_items(schema, place, flat);
  if (const Value* all = schema.if_contains("dependencies")) {
    add_dependencies(index, *all, under(place, "dependencies"), flat);
  }
}

void SchemaFlattener::add_items(const Object& schema, const std::string& place, Object& flat) {
  const Value* items = schema.if_contains("items");
  if (items != nullptr && items->is_array()) {
    json::array links;
    for (const Value& child : items->get_array()) {
      links.push_back(link(child, under(under(place, "items"), std::to_string(links.size()))));
    }
    flat["items"] = std::move(links);
  } else if (items != nullptr) {
    flat["items"] = link(*items, under(place, "items"));
  }
  const Value* others = schema.if_contains("additionalItems");
  if (others == nullptr) return;
  const Value linked = others->is_bool() ? *others : link(*others, under(place, "additionalItems"));
  // Without a list under `items` the draft gives it no meaning.
  if (items != nullptr && items->is_array()) flat["additionalItems"] = linked;
}

void SchemaFlattener::add_dependencies(std::size_t index, const Value& value,
                                       const std::string& place, Object& flat) {
  Object links;
  for (const auto& [name, dependency] : need_object(value, place)) {
    const std::string at = under(place, name);
    if (dependency.is_array()) {
      check_strings(dependency, at);
      links[name] = dependency;
    } else {
      same_value_[index].push_back(flat_.size());
      links[name] = link(dependency, at);
    }
  }
  flat["dependencies"] = std::move(links);
}

void SchemaFlattener::resolve_references() {
  for (const Reference& reference : references_) {
    const auto target = indexes_.find(reference.pointer);
    if (target == indexes_.end()) {
      refuse_schema(reference.place, "no schema stands at " + in_quotes(reference.pointer) +
                                         " of this file; refer to one, such as #/definitions/name");
    }
    flat_[reference.from] = json::object{{"$ref", "#/schemas/" + std::to_string(target->second)}};
    same_value_[reference.from].push_back(target->second);
  }
}

/// The flat schema that a link leads to, in the end. There are no circles by now.
const json::value& SchemaFlattener::resolved(const Value& link) const {
  const Value* target = link.is_object() ? link.get_object().if_contains("$ref") : nullptr;
  if (target == nullptr) return link;
  const std::string text = standard(target->get_string());
  return resolved(flat_.at(std::stoul(text.substr(text.rfind('/') + 1))));
}

/// The rules of the schema that a link leads to, if it is nothing else; or null.
const Rules* SchemaFlattener::only_rules(const Value& link) const {
  const Object* target = resolved(link).if_object();
  if (target == nullptr || target->size() != 1 || !target->contains(rules_keyword)) return nullptr;
  return &rules_[static_cast<std::size_t>(target->at(rules_keyword).get_int64())];
}

void SchemaFlattener::give_members_to_rules() {
  for (Value& schema : flat_) {
    if (schema.is_object() && schema.get_object().contains(rules_keyword))
      give_members_to_rules(schema.get_object());
  }
}

/// Takes members from valijson whose schemas are nothing but rules, and the rules of names.
void SchemaFlattener::give_members_to_rules(Object& schema) {
  Rules& own = rules_[static_cast<std::size_t>(schema.at(rules_keyword).get_int64())];
  if (const Value* names = schema.if_contains("propertyNames")) own.names = only_rules(*names);
  if (own.names != nullptr) schema.erase("propertyNames");

  const Value* others = schema.if_contains("additionalProperties");
  const bool must_know_all = others != nullptr && *others != Value(true);
  const Value* members = schema.if_contains("properties");
  if (members == nullptr || must_know_all) return;
  Object kept;
  for (const auto& [name, link] : members->get_object()) {
    if (const Rules* rules = only_rules(link)) {
      own.members[standard(name)] = rules;
    } else {
      kept[name] = link;
    }
  }
  if (kept.empty()) {
    schema.erase("properties");
  } else {
    schema["properties"] = std::move(kept);
  }
}

void SchemaFlattener::refuse_endless_schemas() const {
  enum class Seen { never, open, done };
  std::vector<Seen> seen(flat_.size(), Seen::never);
  const auto visit = [&](const auto& self, std::size_t index) -> void {
    if (seen[index] == Seen::done) return;
    if (seen[index] == Seen::open) {
      refuse_schema(
          places_[index],
          "this schema leads back to itself without going into the value, so checking would "
          "never end; take one of the references out");
    }
    seen[index] = Seen::open;
    for (const std::size_t next : same_value_[index]) self(self, next);
    seen[index] = Seen::done;
  };
  for (std::size_t index = 0; index < flat_.size(); ++index) visit(visit, index);
}

}  // namespace weir::json_schema_validate
