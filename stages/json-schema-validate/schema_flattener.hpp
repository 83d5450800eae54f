#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "quick_plan.hpp"
#include "rules.hpp"

namespace weir::json_schema_validate {

/// The keyword that stands in a flat schema for everything that `Rules` checks; its value is an
/// index into `rules`.
inline constexpr char rules_keyword[] = "weir-rules";

/// A schema in the form that valijson is given: `{"$ref": "#/schemas/0", "schemas": [...]}`, where
/// no schema holds another one, only references.
struct FlatSchema {
  boost::json::value document;
  std::deque<Rules> rules;
  std::optional<QuickPlan> quick;
};

/// Checks a draft-07 schema and flattens it. Flat, because valijson does not escape the places that
/// it caches schemas by, mixes some of them up, and follows circular references until the stack is
/// gone. Whatever it would ignore silently is refused here: throws std::runtime_error with the
/// place and what to do. Used once.
class SchemaFlattener {
 public:
  FlatSchema flatten(const boost::json::value& schema);

  /// The schema that a link in a flat schema leads to.
  static std::size_t index_of(const boost::json::value& reference);

 private:
  using Object = boost::json::object;
  using Value = boost::json::value;

  struct Reference {
    std::size_t from;     // the schema that is a reference
    std::string pointer;  // what it refers to
    std::string place;
  };

  std::size_t add(const Value& schema, const std::string& place);
  Value link(const Value& schema, const std::string& place);
  void add_reference(std::size_t index, const Object& schema, const std::string& place);
  void check_keywords(const Object& schema, const std::string& place) const;
  void add_structure(std::size_t index, const Object& schema, const std::string& place,
                     Object& flat);
  void add_items(const Object& schema, const std::string& place, Object& flat);
  void add_dependencies(std::size_t index, const Value& value, const std::string& place,
                        Object& flat);
  void resolve_references();
  void give_members_to_rules();
  void give_members_to_rules(Object& schema);
  const Rules* only_rules(const Value& link) const;
  const Value& resolved(const Value& link) const;
  void measure_chains() const;
  [[noreturn]] void refuse_chain(std::size_t index) const;
  void measure_nesting() const;
  static void put_rules_first(Value& flat);

  static constexpr std::size_t longest_chain = 32;

  std::deque<Rules> rules_;
  std::vector<Value> flat_;                     // by index
  std::vector<std::string> places_;             // by index
  std::map<std::string, std::size_t> indexes_;  // by place
  std::vector<Reference> references_;
  std::vector<std::vector<std::size_t>>
      same_value_;  // by index: schemas that look at the same value as this one
};

/// The rules of one schema object, its structure aside.
Rules read_rules(const boost::json::object& schema, const std::string& place);

/// Throws: the schema, at this place, is not one that can be kept.
[[noreturn]] void refuse_schema(const std::string& place, std::string_view why);

}  // namespace weir::json_schema_validate
