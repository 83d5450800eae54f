#include "engine/pipeline/schema_check.hpp"

#include "engine/pipeline/schema_scalars.hpp"
#include "engine/pipeline/schema_words.hpp"
#include "engine/pipeline/suggestion.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <regex>
#include <utility>

namespace weir {
namespace {

using Value = StageSchema::Value;
using Object = StageSchema::Object;
using Array = StageSchema::Array;

/// Where the check stands: the value's path, and the place that speaks for it when nothing stands
/// there.
struct Spot {
  std::string path;
  Place place;

  std::string name() const { return path.empty() ? "`with`" : "`" + path + "`"; }
  std::string member(const std::string& key) const { return path.empty() ? key : path + "." + key; }
};

void append(SchemaVerdict& all, SchemaVerdict&& more) {
  std::move(more.faults.begin(), more.faults.end(), std::back_inserter(all.faults));
  std::move(more.references.begin(), more.references.end(), std::back_inserter(all.references));
}

std::vector<std::string> types_of(const Object& schema) {
  std::vector<std::string> types;
  if (!schema || !schema->has("type")) return types;
  const Value type = schema->get("type");
  if (type.isString()) types.push_back(type.extract<std::string>());
  if (const Array all = StageSchema::array(type)) {
    for (const Value& one : *all) types.push_back(one.extract<std::string>());
  }
  return types;
}

bool fits_type(Kind kind, const std::string& type) {
  switch (kind) {
    case Kind::null:
      return type == "null";
    case Kind::boolean:
      return type == "boolean";
    case Kind::integer:
      return type == "integer" || type == "number";
    case Kind::real:
      return type == "number";
    case Kind::text:
      return type == "string";
    case Kind::list:
      return type == "array";
    case Kind::map:
      return type == "object";
    case Kind::broken:
      return true;
  }
  return false;
}

bool fits_types(const Node& node, const std::vector<std::string>& types) {
  return types.empty() || std::any_of(types.begin(), types.end(),
                                      [&](const auto& t) { return fits_type(node.kind, t); });
}

std::string words_of(const std::vector<std::string>& types) {
  std::vector<std::string> words;
  for (const std::string& type : types) {
    if (std::find(words.begin(), words.end(), type_word(type)) == words.end())
      words.push_back(type_word(type));
  }
  return join_or(words);
}

/// A walk over a value and its schema side by side.
class Check {
 public:
  explicit Check(const StageSchema& schema) : schema_(schema) {}

  void value(const Node& node, const Value& at, const Spot& spot, SchemaVerdict& out) {
    if (node.kind == Kind::broken) return;
    const Object schema = StageSchema::object(schema_.resolve(at));
    if (!schema) {
      if (!schema_.resolve(at).convert<bool>())
        refuse(node, "bad-value", spot.name() + " is not allowed here", {}, out);
      return;
    }
    const std::vector<std::string> types = types_of(schema);
    if (!fits_types(node, types)) return wrong_type(node, types, schema, spot, out);

    collect_references(node, schema, StageSchema::object(at), spot, out);
    check_value_keywords(node, schema, spot.name(), out.faults);
    if (node.kind == Kind::map) map(node, schema, spot, out);
    if (node.kind == Kind::list) list(node, schema, spot, out);
    branches(node, schema, spot, out);
  }

 private:
  void refuse(const Node& node, std::string code, std::string message, std::string help,
              SchemaVerdict& out) {
    out.faults.push_back({node.place, std::move(code), std::move(message), std::move(help)});
  }

  void wrong_type(const Node& node, const std::vector<std::string>& types, const Object& schema,
                  const Spot& spot, SchemaVerdict& out) {
    std::string help = type_help(node, types);
    if (help.empty()) help = description_of(schema);
    refuse(node, "wrong-type",
           spot.name() + " must be " + words_of(types) + ", it is " + describe(node), help, out);
  }

  /// `x-weir-stage` stands with the text or with the list of texts; beside a `$ref` it counts too.
  void collect_references(const Node& node, const Object& schema, const Object& beside,
                          const Spot& spot, SchemaVerdict& out) {
    const auto marked = [](const Object& object) {
      if (!object || !object->has("x-weir-stage")) return false;
      const Value mark = object->get("x-weir-stage");
      return mark.isBoolean() && mark.convert<bool>();
    };
    if (!marked(schema) && !marked(beside)) return;
    if (node.kind == Kind::text)
      out.references.push_back({spot.path, node.text, in_quotes(node.written), node.place});
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      const Node& item = node.items[i];
      if (item.kind != Kind::text) continue;
      out.references.push_back({spot.path + "[" + std::to_string(i) + "]", item.text,
                                in_quotes(item.written), item.place});
    }
  }

  // ---- maps

  void map(const Node& node, const Object& schema, const Spot& spot, SchemaVerdict& out) {
    std::vector<std::string> typing_errors;  // what unknown keys were probably meant to be
    for (const Member& member : node.members)
      this->member(node, member, schema, spot, typing_errors, out);
    if (const Array required = StageSchema::array(schema->get("required"))) {
      for (const Value& name : *required)
        need(node, name.extract<std::string>(), schema, spot, typing_errors, out);
    }
    count(node, node.members.size(), "minProperties", "maxProperties", "members", schema, spot,
          out);
    dependencies(node, schema, spot, out);
  }

  void member(const Node& node, const Member& member, const Object& schema, const Spot& spot,
              std::vector<std::string>& typing_errors, SchemaVerdict& out) {
    const Spot inner{spot.member(member.key), member.place};
    if (schema->has("propertyNames")) {
      Node key;
      key.kind = Kind::text;
      key.text = key.written = member.key;
      key.place = member.place;
      value(key, schema->get("propertyNames"), {"the key " + member.key, member.place}, out);
    }
    bool known = false;
    const Object properties = StageSchema::object(schema->get("properties"));
    if (properties && properties->has(member.key)) {
      known = true;
      value(member.value, properties->get(member.key), inner, out);
    }
    if (const Object patterns = StageSchema::object(schema->get("patternProperties"))) {
      for (const auto& [pattern, part] : *patterns) {
        if (!std::regex_search(member.key, std::regex(pattern))) continue;
        known = true;
        value(member.value, part, inner, out);
      }
    }
    if (known || !schema->has("additionalProperties")) return;
    const Value additional = schema->get("additionalProperties");
    if (!additional.isBoolean()) return value(member.value, additional, inner, out);
    if (!additional.convert<bool>())
      unknown_key(node, member, properties, spot, typing_errors, out);
  }

  void unknown_key(const Node& node, const Member& member, const Object& properties,
                   const Spot& spot, std::vector<std::string>& typing_errors, SchemaVerdict& out) {
    std::vector<std::string> free;  // keys that are still to have
    if (properties) {
      for (const std::string& name : properties->getNames()) {
        if (node.find(name) == nullptr || node.find(name)->value.defaulted) free.push_back(name);
      }
    }
    typing_errors.push_back(nearest(member.key, free));
    out.faults.push_back({member.place, "unknown-key",
                          "`" + spot.member(member.key) + "` is not known",
                          suggest(member.key, free)});
  }

  void need(const Node& node, const std::string& name, const Object& schema, const Spot& spot,
            const std::vector<std::string>& typing_errors, SchemaVerdict& out) {
    if (node.find(name) != nullptr) return;
    if (std::find(typing_errors.begin(), typing_errors.end(), name) != typing_errors.end()) return;
    const Object properties = StageSchema::object(schema->get("properties"));
    const std::string what =
        properties ? description_of(StageSchema::object(schema_.resolve(properties->get(name))))
                   : "";
    const std::string where =
        spot.path.empty() ? "add it under `with:`" : "add it to `" + spot.path + "`";
    out.faults.push_back(
        {spot.place, "missing-key", "`" + spot.member(name) + "` is missing; " + where, what});
  }

  void dependencies(const Node& node, const Object& schema, const Spot& spot, SchemaVerdict& out) {
    const Object all = StageSchema::object(schema->get("dependencies"));
    if (!all) return;
    for (const auto& [key, dependency] : *all) {
      const Member* cause = node.find(key);
      if (cause == nullptr) continue;
      const Array names = StageSchema::array(dependency);
      if (!names) {
        value(node, dependency, spot, out);
        continue;
      }
      for (const Value& name : *names) {
        const std::string needed = name.extract<std::string>();
        if (node.find(needed) != nullptr) continue;
        out.faults.push_back(
            {cause->place,
             "missing-key",
             "`" + spot.member(key) + "` needs `" + spot.member(needed) + "` beside it; add it",
             {}});
      }
    }
  }

  // ---- lists

  void list(const Node& node, const Object& schema, const Spot& spot, SchemaVerdict& out) {
    count(node, node.items.size(), "minItems", "maxItems", "items", schema, spot, out);
    items(node, schema, spot, out);
    unique(node, schema, spot, out);
    if (!schema->has("contains")) return;
    const bool found = std::any_of(node.items.begin(), node.items.end(), [&](const Node& item) {
      return passes(item, schema->get("contains"), spot);
    });
    if (!found)
      refuse(node, "bad-value", spot.name() + " lacks an item that it must hold",
             description_of(schema), out);
  }

  void items(const Node& node, const Object& schema, const Spot& spot, SchemaVerdict& out) {
    if (!schema->has("items")) return;
    const Value each = schema->get("items");
    const Array tuple = StageSchema::array(each);
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      const Spot inner{spot.path + "[" + std::to_string(i) + "]", node.items[i].place};
      if (!tuple) {
        value(node.items[i], each, inner, out);
      } else if (i < tuple->size()) {
        value(node.items[i], tuple->get(static_cast<unsigned>(i)), inner, out);
      } else if (schema->has("additionalItems")) {
        value(node.items[i], schema->get("additionalItems"), inner, out);
      }
    }
  }

  void unique(const Node& node, const Object& schema, const Spot& spot, SchemaVerdict& out) {
    if (!schema->has("uniqueItems") || !schema->getValue<bool>("uniqueItems")) return;
    for (std::size_t i = 1; i < node.items.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (!equal_values(node.items[i], node.items[j]) || node.items[i].kind == Kind::broken)
          continue;
        refuse(node.items[i], "bad-value", spot.name() + " holds an item twice; remove one", {},
               out);
        break;
      }
    }
  }

  void count(const Node& node, std::size_t size, const char* least, const char* most,
             const std::string& noun, const Object& schema, const Spot& spot, SchemaVerdict& out) {
    const auto refuse_size = [&](const std::string& words, const char* keyword) {
      refuse(node, "bad-value",
             spot.name() + " must have " + words + " this many " + noun + ": " +
                 schema->getValue<std::string>(keyword) + "; it has " + std::to_string(size),
             description_of(schema), out);
    };
    if (schema->has(least) && size < schema->getValue<std::uint64_t>(least))
      refuse_size("at least", least);
    if (schema->has(most) && size > schema->getValue<std::uint64_t>(most))
      refuse_size("at most", most);
  }

  // ---- branches

  bool passes(const Node& node, const Value& at, const Spot& spot) {
    SchemaVerdict verdict;
    value(node, at, spot, verdict);
    return verdict.faults.empty();
  }

  void branches(const Node& node, const Object& schema, const Spot& spot, SchemaVerdict& out) {
    if (const Array all = StageSchema::array(schema->get("allOf"))) {
      for (const Value& part : *all) value(node, part, spot, out);
    }
    if (const Array any = StageSchema::array(schema->get("anyOf")))
      alternatives(node, any, false, spot, out);
    if (const Array one = StageSchema::array(schema->get("oneOf")))
      alternatives(node, one, true, spot, out);
    if (schema->has("not") && passes(node, schema->get("not"), spot)) {
      refuse(node, "bad-value", spot.name() + " has a value that is not allowed",
             description_of(schema), out);
    }
    if (schema->has("if")) {
      const char* const branch = passes(node, schema->get("if"), spot) ? "then" : "else";
      if (schema->has(branch)) value(node, schema->get(branch), spot, out);
    }
  }

  void alternatives(const Node& node, const Array& all, bool only_one, const Spot& spot,
                    SchemaVerdict& out) {
    std::vector<SchemaVerdict> verdicts(all->size());
    std::size_t passed = 0;
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
      value(node, all->get(static_cast<unsigned>(i)), spot, verdicts[i]);
      if (!verdicts[i].faults.empty()) continue;
      ++passed;
      append(out, std::move(verdicts[i]));
    }
    if (passed == 0) return none_passed(node, all, verdicts, spot, out);
    if (only_one && passed > 1) {
      refuse(node, "bad-value",
             spot.name() +
                 " fits more than one of the forms that it may have; leave out what contradicts",
             {}, out);
    }
  }

  /// Says what is wrong with the form that was probably meant: of those with the right type, the
  /// one with fewest faults.
  void none_passed(const Node& node, const Array& all, std::vector<SchemaVerdict>& verdicts,
                   const Spot& spot, SchemaVerdict& out) {
    std::vector<std::string> types;
    SchemaVerdict* meant = nullptr;
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
      const Object form = StageSchema::object(schema_.resolve(all->get(static_cast<unsigned>(i))));
      const std::vector<std::string> own = types_of(form);
      types.insert(types.end(), own.begin(), own.end());
      if (!fits_types(node, own)) continue;
      if (meant == nullptr || verdicts[i].faults.size() < meant->faults.size())
        meant = &verdicts[i];
    }
    if (meant != nullptr) return append(out, std::move(*meant));
    wrong_type(node, types, {}, spot, out);
  }

  const StageSchema& schema_;
};

}  // namespace

SchemaVerdict check_against_schema(const Node& node, const StageSchema& schema,
                                   const Place& place) {
  SchemaVerdict verdict;
  Check(schema).value(node, schema.root(), {"", place}, verdict);
  return verdict;
}

}  // namespace weir
