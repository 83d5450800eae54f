#include "schema_keywords.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <numeric>
#include <utility>
#include <vector>

#include "wording.hpp"

namespace weir::json_schema_validate {
namespace {

constexpr std::array<std::string_view, 16> checked_by_rules{"type",
                                                            "enum",
                                                            "const",
                                                            "minimum",
                                                            "maximum",
                                                            "exclusiveMinimum",
                                                            "exclusiveMaximum",
                                                            "multipleOf",
                                                            "minLength",
                                                            "maxLength",
                                                            "pattern",
                                                            "format",
                                                            "minItems",
                                                            "maxItems",
                                                            "uniqueItems",
                                                            "minProperties"};
constexpr std::array<std::string_view, 18> structure{"maxProperties",
                                                     "properties",
                                                     "additionalProperties",
                                                     "required",
                                                     "propertyNames",
                                                     "items",
                                                     "additionalItems",
                                                     "contains",
                                                     "dependencies",
                                                     "allOf",
                                                     "anyOf",
                                                     "oneOf",
                                                     "not",
                                                     "if",
                                                     "then",
                                                     "else",
                                                     "definitions",
                                                     "$ref"};
constexpr std::array<std::string_view, 9> annotations{"$schema",  "$id",         "$comment",
                                                      "title",    "description", "default",
                                                      "examples", "readOnly",    "writeOnly"};
/// Keywords of other drafts, and of this one where it cannot be kept; with the word to use instead.
constexpr std::array<std::pair<std::string_view, std::string_view>, 13> known_elsewhere{{
    {"patternProperties",
     "is not supported; name the members under properties, or use propertyNames and "
     "additionalProperties"},
    {"$defs", "belongs to a later draft; draft-07 calls it definitions"},
    {"id", "belongs to an older draft; draft-07 calls it $id"},
    {"dependentRequired", "belongs to a later draft; draft-07 calls it dependencies"},
    {"dependentSchemas", "belongs to a later draft; draft-07 calls it dependencies"},
    {"prefixItems", "belongs to a later draft; draft-07 calls it items, with a list"},
    {"unevaluatedProperties", "belongs to a later draft; use additionalProperties"},
    {"unevaluatedItems", "belongs to a later draft; use additionalItems"},
    {"minContains", "belongs to a later draft; leave it out"},
    {"maxContains", "belongs to a later draft; leave it out"},
    {"divisibleBy", "belongs to an older draft; draft-07 calls it multipleOf"},
    {"contentEncoding", "is not checked here; leave it out, or say it in the description"},
    {"contentMediaType", "is not checked here; leave it out, or say it in the description"},
}};

template <std::size_t N>
bool among(std::string_view name, const std::array<std::string_view, N>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// How many letters must be changed, added or taken out to make one word of the other; capitals do
/// not count.
std::size_t distance(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return std::tolower(static_cast<unsigned char>(c)); };
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t corner = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t changed = corner + (lower(a[i]) == lower(b[j]) ? 0 : 1);
      corner = row[j + 1];
      row[j + 1] = std::min({changed, corner + 1, row[j] + 1});
    }
  }
  return row.back();
}

/// The keyword that the writer may have meant, or nothing.
std::string_view similar_keyword(std::string_view name) {
  std::size_t nearest = 3;  // further than a slip of the finger
  std::string_view found;
  const auto look = [&](std::string_view keyword) {
    const std::size_t far = name.size() > 40 ? nearest : distance(name, keyword);
    if (far < nearest && far < name.size()) nearest = far, found = keyword;
  };
  for (const auto keyword : checked_by_rules) look(keyword);
  for (const auto keyword : structure) look(keyword);
  for (const auto keyword : annotations) look(keyword);
  return found;
}

}  // namespace

bool is_annotation(std::string_view name) { return among(name, annotations); }

std::optional<std::string_view> fault_of_annotation(std::string_view name,
                                                    const boost::json::value& value) {
  if (name == "readOnly" || name == "writeOnly") {
    if (!value.is_bool()) return "this must be true or false";
  } else if (name == "examples") {
    if (!value.is_array()) return "this must be a list";
  } else if (is_annotation(name) && name != "default") {
    if (!value.is_string()) return "this must be a text";
  }
  return std::nullopt;
}

std::optional<std::string> fault_of_keyword(std::string_view name) {
  if (among(name, checked_by_rules) || among(name, structure) || is_annotation(name))
    return std::nullopt;
  for (const auto& [elsewhere, what_to_do] : known_elsewhere) {
    if (name == elsewhere) return std::string(name) + ' ' + std::string(what_to_do);
  }
  const std::string_view similar = similar_keyword(name);
  return "the keyword " + in_quotes(name) + " is not one of draft-07 and would be ignored; " +
         (similar.empty() ? "take it out, or say it under $comment"
                          : "did you mean " + std::string(similar) + "?");
}

}  // namespace weir::json_schema_validate
