#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <set>
#include <utility>
#include <valijson/adapters/boost_json_adapter.hpp>

#include "schema_flattener.hpp"
#include "wording.hpp"

namespace weir::json_schema_validate {
namespace {

namespace json = boost::json;

struct NamedKind {
  std::string_view name, with_article;
  std::uint8_t mask;
};

constexpr std::array<NamedKind, 7> kinds{{{"null", "null", kind_null},
                                          {"boolean", "true or false", kind_boolean},
                                          {"integer", "an integer", kind_integer},
                                          {"number", "a number", kind_integer | kind_fraction},
                                          {"string", "a string", kind_string},
                                          {"array", "a list", kind_array},
                                          {"object", "an object", kind_object}}};

/// Reads the keywords of one schema object; each reader knows the keyword's place.
class RuleReader {
 public:
  RuleReader(const json::object& schema, const std::string& place)
      : schema_(schema), place_(place) {}

  Rules read() {
    read_type();
    read_allowed();
    rules_.minimum = bound("minimum");
    rules_.maximum = bound("maximum");
    rules_.exclusive_minimum = bound("exclusiveMinimum");
    rules_.exclusive_maximum = bound("exclusiveMaximum");
    read_multiple();
    rules_.min_length = count("minLength");
    rules_.max_length = count("maxLength");
    rules_.min_items = count("minItems");
    rules_.max_items = count("maxItems");
    rules_.min_properties = count("minProperties");
    rules_.max_properties = count("maxProperties");
    read_unique();
    read_pattern();
    read_format();
    return std::move(rules_);
  }

 private:
  [[noreturn]] void refuse(std::string_view keyword, std::string_view why) const {
    std::string at = place_;
    append_token(at, keyword);
    refuse_schema(at, why);
  }

  std::string text(std::string_view keyword, const json::value& value, std::string_view why) const {
    if (!value.is_string()) refuse(keyword, why);
    return {value.get_string().data(), value.get_string().size()};
  }

  void add_kind(const json::value& value) {
    const std::string name =
        text("type", value, "this must be the name of a type, or a list of them");
    const auto kind = std::find_if(kinds.begin(), kinds.end(),
                                   [&](const NamedKind& k) { return k.name == name; });
    if (kind == kinds.end()) {
      refuse("type",
             "the type " + in_quotes(name) +
                 " does not exist; use null, boolean, integer, number, string, array or object");
    }
    if (!named_.insert(kind->name).second)
      refuse("type", "the type " + in_quotes(name) + " stands twice in this list; name it once");
    rules_.kinds |= kind->mask;
    rules_.kinds_text.append(rules_.kinds_text.empty() ? "" : " or ").append(kind->with_article);
  }

  void read_type() {
    const json::value* type = schema_.if_contains("type");
    if (type == nullptr) return;
    rules_.kinds = 0;
    if (!type->is_array()) return add_kind(*type);
    if (type->get_array().empty()) refuse("type", "this list must not be empty");
    for (const json::value& name : type->get_array()) add_kind(name);
  }

  void read_allowed() {
    const json::value* list = schema_.if_contains("enum");
    const json::value* only = schema_.if_contains("const");
    if (list != nullptr && (!list->is_array() || list->get_array().empty())) {
      refuse("enum", "this must be a list of at least one value");
    }
    if (list != nullptr && only != nullptr)
      refuse("const", "const and enum stand side by side; keep one of them");
    if (only != nullptr) allow(*only);
    if (list != nullptr) {
      for (const json::value& value : list->get_array()) allow(value);
      if (list->get_array().size() > 1) rules_.allowed_text.insert(0, "one of ");
    }
    std::sort(rules_.allowed.begin(), rules_.allowed.end());
  }

  void allow(const json::value& value) {
    constexpr std::size_t longest = 200;  // bytes of the list that a person is shown
    const valijson::adapters::BoostJsonAdapter adapter(value);
    rules_.allowed.push_back(canonical(adapter));
    std::string& shown = rules_.allowed_text;
    if (shown.ends_with("…")) return;
    if (!shown.empty()) shown += ", ";
    const std::string next = value.is_structured() ? json::serialize(value)
                             : value.is_string()
                                 ? describe(adapter).substr(std::string_view("the string ").size())
                                 : describe(adapter);
    shown += shown.size() + next.size() < longest ? next : "…";
  }

  const json::value* number(const char* keyword) const {
    const json::value* value = schema_.if_contains(keyword);
    if (value != nullptr && !value->is_number()) refuse(keyword, "this must be a number");
    return value;
  }

  std::optional<Rules::Bound> bound(const char* keyword) const {
    const json::value* value = number(keyword);
    if (value == nullptr) return std::nullopt;
    const auto exact = value->is_int64() ? static_cast<long double>(value->get_int64())
                                         : static_cast<long double>(value->get_double());
    return Rules::Bound{exact, describe(valijson::adapters::BoostJsonAdapter(*value))};
  }

  std::optional<std::uint64_t> count(const char* keyword) const {
    const json::value* value = schema_.if_contains(keyword);
    if (value == nullptr) return std::nullopt;
    if (!value->is_int64() || value->get_int64() < 0)
      refuse(keyword, "this must be a whole number, 0 or more");
    return static_cast<std::uint64_t>(value->get_int64());
  }

  void read_multiple() {
    const json::value* value = number("multipleOf");
    if (value == nullptr) return;
    rules_.multiple_of =
        value->is_int64() ? Decimal::from(value->get_int64()) : Decimal::from(value->get_double());
    if (rules_.multiple_of->digits == 0 || rules_.multiple_of->negative) {
      refuse("multipleOf", "this must be greater than 0");
    }
    rules_.multiple_text = describe(valijson::adapters::BoostJsonAdapter(*value));
  }

  void read_unique() {
    const json::value* value = schema_.if_contains("uniqueItems");
    if (value == nullptr) return;
    if (!value->is_bool()) refuse("uniqueItems", "this must be true or false");
    rules_.unique_items = value->get_bool();
  }

  void read_pattern() {
    const json::value* value = schema_.if_contains("pattern");
    if (value == nullptr) return;
    auto pattern = std::make_unique<const RE2>(
        text("pattern", *value, "this must be a regular expression"), RE2::Quiet);
    if (!pattern->ok()) {
      refuse("pattern", "the regular expression cannot be used: " + pattern->error() +
                            "; write it for RE2, which has no look-around and no back-references, "
                            "and is never slow");
    }
    rules_.pattern = std::move(pattern);
  }

  void read_format() {
    const json::value* value = schema_.if_contains("format");
    if (value == nullptr) return;
    const std::string name = text("format", *value, "this must be the name of a format");
    rules_.format = find_format(name);
    if (!rules_.format) {
      refuse("format", "the format " + in_quotes(name) + " is not checked here; use one of " +
                           format_names() + ", or a pattern");
    }
  }

  const json::object& schema_;
  const std::string& place_;
  Rules rules_;
  std::set<std::string_view> named_;  // types
};

}  // namespace

Rules read_rules(const json::object& schema, const std::string& place) {
  return RuleReader(schema, place).read();
}

}  // namespace weir::json_schema_validate
