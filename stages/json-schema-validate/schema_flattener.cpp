#include "schema_flattener.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <optional>
#include <set>
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

void check_draft(const json::object& schema, const std::string& place) {
  const json::value* draft = schema.if_contains("$schema");
  if (draft == nullptr) return;
  std::string text = standard(draft->get_string());
  if (text.ends_with('#')) text.pop_back();
  if (text != "http://json-schema.org/draft-07/schema" &&
      text != "https://json-schema.org/draft-07/schema") {
    refuse_schema(
        under(place, "$schema"),
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

void check_names(const json::value& value, const std::string& place) {
  std::set<std::string> seen;
  for (const json::value& name : need_array(value, place)) {
    if (!name.is_string()) refuse_schema(place, "this must be a list of member names");
    if (!seen.insert(standard(name.get_string())).second)
      refuse_schema(place, "the member " + in_quotes(standard(name.get_string())) +
                               " stands twice in this list; name it once");
  }
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// A reference is a URI's fragment, where `%25` stands for a percent sign; nothing: it is not one.
std::optional<std::string> percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      out += text[at];
      continue;
    }
    const int high = at + 2 < text.size() ? hex_digit(text[at + 1]) : -1;
    const int low = at + 2 < text.size() ? hex_digit(text[at + 2]) : -1;
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    at += 2;
  }
  return out;
}

}  // namespace

void refuse_schema(const std::string& place, std::string_view why) {
  throw std::runtime_error("at " + (place.empty() ? std::string("the root") : place) + ": " +
                           std::string(why));
}

FlatSchema SchemaFlattener::flatten(const Value& schema) {
  add(schema, "");
  resolve_references();
  measure_chains();
  measure_nesting();
  auto quick = QuickPlan::compile(flat_, rules_);
  give_members_to_rules();
  json::array all;
  for (Value& flat : flat_) {
    put_rules_first(flat);
    all.push_back(std::move(flat));
  }
  return {json::object{{"$ref", "#/schemas/0"}, {"schemas", std::move(all)}}, std::move(rules_),
          std::move(quick)};
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
  check_keywords(object, place);
  check_draft(object, place);
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

void SchemaFlattener::check_keywords(const Object& schema, const std::string& place) const {
  for (const auto& member : schema) {
    const std::string name = standard(member.key());
    const auto fault = fault_of_keyword(name);
    if (fault) refuse_schema(under(place, name), *fault);
    const auto unfit = fault_of_annotation(name, member.value());
    if (unfit) refuse_schema(under(place, name), *unfit);
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
  const auto pointer = percent_decoded(text.substr(1));
  if (!pointer) {
    refuse_schema(under(place, "$ref"),
                  "the reference " + in_quotes(text) +
                      " has a % without two hexadecimal digits behind it; write a plain % as %25");
  }
  references_.push_back({index, *pointer, under(place, "$ref")});
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
    check_names(*names, under(place, "required"));
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
    if (items->get_array().empty())
      refuse_schema(under(place, "items"), "this list must not be empty");
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
      check_names(dependency, at);
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
  return resolved(flat_.at(index_of(*target)));
}

std::size_t SchemaFlattener::index_of(const Value& reference) {
  const std::string text = standard(reference.get_string());
  return std::stoul(text.substr(text.rfind('/') + 1));
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

/// How many schemas one value must be held against at the most, one inside of the other: a check's
/// stack grows with it.
void SchemaFlattener::measure_chains() const {
  constexpr std::size_t open = 0;  // a schema that is being measured; 0 is no height
  std::map<std::size_t, std::size_t> heights;
  const auto measure = [&](const auto& self, std::size_t index, std::size_t depth) -> std::size_t {
    const auto [known, fresh] = heights.emplace(index, open);
    if (!fresh && known->second != open) return known->second;
    if (!fresh) {
      refuse_schema(
          places_[index],
          "this schema leads back to itself without going into the value, so checking would "
          "never end; take one of the references out");
    }
    std::size_t height = 1;
    if (depth > longest_chain) refuse_chain(index);
    for (const std::size_t next : same_value_[index])
      height = std::max(height, self(self, next, depth + 1) + 1);
    if (height > longest_chain) refuse_chain(index);
    return heights[index] = height;
  };
  for (std::size_t index = 0; index < flat_.size(); ++index) measure(measure, index, 1);
}

void SchemaFlattener::refuse_chain(std::size_t index) const {
  refuse_schema(places_[index],
                "more than " + std::to_string(longest_chain) +
                    " schemas lead from one to the next here (allOf, anyOf, oneOf, not, if, $ref) "
                    "before one goes into the value; join some of them");
}

/// valijson reads a schema that is referred to inside of the one that refers to it, so its stack
/// grows with the longest way from reference to reference.
void SchemaFlattener::measure_nesting() const {
  constexpr std::size_t deepest = 500;  // valijson takes about 3 KB of stack for each
  std::set<std::size_t> seen;
  const auto visit = [&](const auto& self, const Value& value, std::size_t depth) -> void {
    if (const auto* list = value.if_array()) {
      for (const Value& element : *list) self(self, element, depth);
    }
    if (!value.is_object()) return;
    const Object& object = value.get_object();
    const Value* target = object.if_contains("$ref");
    if (target == nullptr || !target->is_string()) {
      for (const auto& member : object) self(self, member.value(), depth);
      return;
    }
    const std::size_t index = index_of(*target);
    if (!seen.insert(index).second) return;
    if (depth == deepest) {
      refuse_schema(places_[index], "more than " + std::to_string(deepest) +
                                        " schemas refer to each other in a row up to here; refer "
                                        "to some of them from a place nearer to the root");
    }
    self(self, flat_[index], depth + 1);
  };
  visit(visit, json::object{{"$ref", "#/schemas/0"}}, 0);
}

/// valijson comes to a keyword of ours last, but rules tell more about a value than its parts do,
/// and count the steps: the first thing that it does is to go through `allOf`.
void SchemaFlattener::put_rules_first(Value& flat) {
  Object* schema = flat.if_object();
  if (schema == nullptr || schema->size() < 2 || !schema->contains(rules_keyword)) return;
  json::array all{json::object{{rules_keyword, schema->at(rules_keyword)}}};
  if (const Value* others = schema->if_contains("allOf"))
    all.insert(all.end(), others->get_array().begin(), others->get_array().end());
  schema->erase(rules_keyword);
  (*schema)["allOf"] = std::move(all);
}

}  // namespace weir::json_schema_validate
