#include "quick_plan.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

#include "schema_flattener.hpp"

namespace weir::json_schema_validate {
namespace {

namespace json = boost::json;

constexpr std::size_t nothing_fits = std::numeric_limits<std::size_t>::max();  // the schema `false`
constexpr std::size_t most_parts = 64;     // schemas that look at one value
constexpr std::size_t most_places = 4096;  // allOf within circles can ask for ever more

std::string standard(json::string_view text) { return {text.data(), text.size()}; }

bool asks_for_more_than_a_kind(const Rules& rules) {
  return rules.minimum || rules.maximum || rules.exclusive_minimum || rules.exclusive_maximum ||
         rules.multiple_of || rules.min_length || rules.max_length || rules.min_items ||
         rules.max_items || rules.min_properties || rules.max_properties ||
         !rules.allowed_text.empty() || rules.pattern || rules.format;
}

bool covered(const json::object& schema) {
  return std::all_of(schema.begin(), schema.end(), [](const auto& member) {
    const std::string name = standard(member.key());
    return name == rules_keyword || name == "required" || name == "properties" ||
           name == "additionalProperties" || name == "allOf" ||
           (name == "items" && member.value().is_object());
  });
}

}  // namespace

/// Makes places one after the other, each for a list of schemas, until no place leads to a new one.
class QuickPlan::Maker {
 public:
  Maker(const std::vector<json::value>& schemas, const std::deque<Rules>& rules)
      : schemas_(schemas), rules_(rules) {}

  QuickPlan make() {
    place({0});
    for (; filled_ < plan_.places_.size(); ++filled_) {
      Place& place = plan_.places_[filled_];
      if (filled_ >= most_places || !fill(place, *lists_[filled_])) close(place);
    }
    while (close_what_nothing_gets_through()) continue;
    return std::move(plan_);
  }

 private:
  using List = std::vector<std::size_t>;  // sorted; one schema may stand in it more than once

  const Place* place(List list) {
    std::sort(list.begin(), list.end());
    const auto [known, fresh] = known_.try_emplace(std::move(list), nullptr);
    if (fresh) {
      known->second = &plan_.places_.emplace_back();
      lists_.push_back(&known->first);
    }
    return known->second;
  }

  static void close(Place& place) { place = Place{.kinds = 0}; }

  /// False: only valijson can tell what fits, or nothing does.
  bool fill(Place& place, const List& list) {
    std::vector<const json::object*> parts;
    if (!collect_parts(list, parts)) return false;
    plan_.most_schemas_ = std::max(plan_.most_schemas_, parts.size());
    for (const json::object* part : parts) {
      if (!covered(*part)) return false;
      const Rules& rules = rules_[static_cast<std::size_t>(part->at(rules_keyword).get_int64())];
      if (rules.unique_items) return false;
      place.kinds &= rules.kinds;
      if (asks_for_more_than_a_kind(rules)) place.rules.push_back(&rules);
    }
    if (place.kinds == 0) return false;
    add_members(place, parts);
    List items;
    for (const json::object* part : parts) {
      if (const json::value* schema = part->if_contains("items"))
        items.push_back(index_of(*schema));
    }
    place.items = this->place(std::move(items));
    return true;
  }

  /// The schemas that a list leads to by $ref and allOf. False: one of them is `false`, or they are
  /// too many.
  bool collect_parts(List open, std::vector<const json::object*>& parts) const {
    for (std::size_t steps = 0; !open.empty(); ++steps) {
      if (steps == most_parts) return false;
      const std::size_t index = open.back();
      open.pop_back();
      if (index == nothing_fits || schemas_[index] == json::value(false)) return false;
      const json::object* schema = schemas_[index].if_object();
      if (schema == nullptr) continue;  // true
      if (schema->contains("$ref")) {
        open.push_back(index_of(schemas_[index]));
        continue;
      }
      parts.push_back(schema);
      if (const json::value* all = schema->if_contains("allOf")) {
        for (const json::value& link : all->get_array()) open.push_back(index_of(link));
      }
    }
    return true;
  }

  void add_members(Place& place, const std::vector<const json::object*>& parts) {
    for (const json::object* part : parts) {
      if (const json::value* properties = part->if_contains("properties")) {
        for (const auto& property : properties->get_object())
          add_member(place, parts, standard(property.key()));
      }
    }
    for (const json::object* part : parts) {
      const json::value* required = part->if_contains("required");
      if (required == nullptr) continue;
      for (const json::value& name : required->get_array()) {
        const std::size_t index = add_member(place, parts, standard(name.get_string()));
        place.required.resize(std::max(place.required.size(), index / 64 + 1));
        place.required[index / 64] |= std::uint64_t{1} << index % 64;
      }
    }
    place.required.resize((place.members.size() + 63) / 64);
    List others;
    for (const json::object* part : parts) add_others(*part, others);
    place.others = this->place(std::move(others));
    place.first_slot = plan_.slots_;
    plan_.slots_ += 1 + place.members.size();
  }

  std::size_t add_member(Place& place, const std::vector<const json::object*>& parts,
                         const std::string& name) {
    const auto [known, fresh] = place.indexes.try_emplace(name, place.members.size());
    if (!fresh) return known->second;
    List list;
    for (const json::object* part : parts) {
      const json::value* properties = part->if_contains("properties");
      const json::value* schema =
          properties == nullptr ? nullptr : properties->get_object().if_contains(name);
      if (schema != nullptr) {
        list.push_back(index_of(*schema));
      } else {
        add_others(*part, list);
      }
    }
    place.members.push_back({known->first, this->place(std::move(list))});
    return known->second;
  }

  static void add_others(const json::object& schema, List& list) {
    const json::value* others = schema.if_contains("additionalProperties");
    if (others == nullptr || *others == json::value(true)) return;
    list.push_back(others->is_bool() ? nothing_fits : index_of(*others));
  }

  static std::size_t index_of(const json::value& link) {
    return SchemaFlattener::index_of(link.at("$ref"));
  }

  /// An object that must have a member that nothing fits into cannot get through, so it need not be
  /// tried.
  bool close_what_nothing_gets_through() {
    bool closed = false;
    for (Place& place : plan_.places_) {
      if ((place.kinds & kind_object) == 0) continue;
      for (std::size_t i = 0; i < place.members.size(); ++i) {
        const bool required = (place.required[i / 64] >> i % 64 & 1) != 0;
        if (!required || place.members[i].place->kinds != 0) continue;
        place.kinds &= static_cast<std::uint8_t>(~kind_object);
        closed = true;
        break;
      }
    }
    return closed;
  }

  const std::vector<json::value>& schemas_;
  const std::deque<Rules>& rules_;
  QuickPlan plan_;
  std::map<List, Place*> known_;
  std::vector<const List*> lists_;  // of each place
  std::size_t filled_ = 0;
};

std::optional<QuickPlan> QuickPlan::compile(const std::vector<json::value>& schemas,
                                            const std::deque<Rules>& rules) {
  QuickPlan plan = Maker(schemas, rules).make();
  if (plan.root().kinds == 0) return std::nullopt;
  return plan;
}

}  // namespace weir::json_schema_validate
