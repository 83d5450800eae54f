#include "mapping.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <set>
#include <stdexcept>

namespace weir::pg_sink {
namespace json = boost::json;

namespace {

[[noreturn]] void refuse(const std::string& table, const std::string& why) {
  throw std::runtime_error("the mapping of table " + table + " cannot be used: " + why);
}

std::string text(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::vector<Binding> bindings(const json::object& table, std::string_view name) {
  std::vector<Binding> all;
  const json::value* value = table.if_contains(name);
  if (value == nullptr || !value->is_object()) return all;
  for (const auto& [column, place] : value->get_object()) {
    all.push_back({std::string(column), parse_pointer(std::string_view(place.as_string()))});
  }
  return all;
}

TableMapping read_table(const json::object& object) {
  TableMapping mapping;
  mapping.table = text(object, "table");
  const std::string from = text(object, "from"), each = text(object, "each");
  if (!from.empty() && !each.empty())
    refuse(mapping.table, "it has both from: and each:; keep the one that is meant");
  if (!from.empty()) mapping.rows = TableMapping::Rows::object;
  if (!each.empty()) mapping.rows = TableMapping::Rows::elements;
  mapping.place = parse_pointer(from.empty() ? each : from);
  mapping.with = bindings(object, "with");
  mapping.columns = bindings(object, "columns");
  if (const std::string ordinal = text(object, "ordinal"); !ordinal.empty()) {
    if (each.empty()) refuse(mapping.table, "ordinal: needs each:, a list to count in");
    mapping.ordinal = ordinal;
  }
  return mapping;
}

/// A column takes its value from one place.
void check_columns(const TableMapping& mapping) {
  std::set<std::string_view> seen;
  const auto once = [&](std::string_view column) {
    if (!seen.insert(column).second) {
      refuse(mapping.table,
             "column " + std::string(column) + " is filled from two places; name it once");
    }
  };
  for (const Binding& binding : mapping.with) once(binding.column);
  for (const Binding& binding : mapping.columns) {
    once(binding.column);
    if (binding.place.empty())
      refuse(mapping.table, "column " + binding.column + " needs a place, such as /name");
  }
  if (mapping.ordinal) once(*mapping.ordinal);
}

void check_link(const TableMapping& mapping, const Pointer& key) {
  if (mapping.rows == TableMapping::Rows::root) return;
  if (std::ranges::none_of(mapping.with,
                           [&](const Binding& binding) { return binding.place == key; })) {
    refuse(mapping.table,
           "no column holds the key, so its rows cannot be found again; add with: { <column>: " +
               to_text(key) + " }");
  }
}

}  // namespace

Mapping Mapping::read(std::string_view config) {
  const json::value whole = json::parse(config);
  Mapping mapping;
  mapping.key = parse_pointer(text(whole.as_object(), "key"));
  if (mapping.key.empty())
    throw std::runtime_error(
        "key: is empty; give the place of the message's key, such as /order_uid");

  std::set<std::string> names;
  std::set<Pointer> places;
  for (const json::value& table : whole.at("tables").as_array()) {
    mapping.tables.push_back(read_table(table.as_object()));
    const TableMapping& last = mapping.tables.back();
    check_columns(last);
    check_link(last, mapping.key);
    if (!names.insert(last.table).second)
      refuse(last.table, "it is named twice; join the two entries");
    if (!places.insert(last.place).second) {
      refuse(last.table,
             last.place.empty()
                 ? "a second table without from: or each:; only the root table has neither"
                 : "another table takes the same place " + to_text(last.place));
    }
  }
  const auto root =
      std::ranges::find(mapping.tables, TableMapping::Rows::root, &TableMapping::rows);
  if (root == mapping.tables.end()) {
    throw std::runtime_error("tables: has no root table; add one entry without from: and each:");
  }
  std::rotate(mapping.tables.begin(), root, root + 1);
  return mapping;
}

}  // namespace weir::pg_sink
