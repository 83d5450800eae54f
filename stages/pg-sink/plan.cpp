#include "plan.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "document.hpp"

namespace weir::pg_sink {
namespace {

using Rows = TableMapping::Rows;

constexpr std::array<std::string_view, 4> own_columns{"document", "weir_origin", "weir_position",
                                                      "weir_stored_at"};

[[noreturn]] void refuse(const std::string& table, const std::string& why) {
  throw std::runtime_error("table " + table + " does not fit the mapping: " + why);
}

Node* find_member(Node& node, std::string_view name) {
  const auto found = std::ranges::find(node.members, name, &Node::name);
  return found == node.members.end() ? nullptr : &*found;
}

/// The node at `place` below `from`, made where it is not there.
Node& reach(Node& from, const Pointer& place) {
  Node* node = &from;
  for (const std::string& part : place) {
    Node* member = find_member(*node, part);
    node = member != nullptr ? member : &node->members.emplace_back(Node{.name = part});
  }
  return *node;
}

/// Binds one table; the nodes of all tables exist already.
class TableBinder {
 public:
  TableBinder(const TableMapping& mapping, const Table& table) : mapping_(mapping), table_(table) {
    plan_.name = mapping.table;
    plan_.sql_name = table.sql_name;
    plan_.tells_inserted = table.tells_inserted;
    plan_.has_rules = table.has_rules;
  }

  TablePlan bind(Node& node, const Pointer& key) {
    for (const Binding& binding : mapping_.with)
      plan_.given.push_back({add(binding.column), binding.place});
    if (mapping_.ordinal) bind_ordinal();
    for (const Binding& binding : mapping_.columns) bind_place(node, binding);
    for (const Column& column : table_.columns) bind_same_name(node, column);
    if (mapping_.rows == Rows::root) {
      check_own_columns();
      bind_root_key(node, key);
    } else {
      const auto link = std::ranges::find(plan_.given, key, &TablePlan::Given::place);
      plan_.key = link->column;  // the mapping was refused if there were none
    }
    plan_.upserts = upserts();
    return std::move(plan_);
  }

 private:
  const Column& need(const std::string& name) const {
    const Column* column = table_.find(name);
    if (column == nullptr) {
      refuse(mapping_.table, "it has no column " + name +
                                 " that can be written; run db/setup, or correct the mapping");
    }
    return *column;
  }

  std::size_t add(const std::string& name) {
    plan_.columns.push_back(need(name));
    return plan_.columns.size() - 1;
  }

  bool has(std::string_view name) const {
    return std::ranges::find(plan_.columns, name, &Column::name) != plan_.columns.end();
  }

  void bind_ordinal() {
    plan_.ordinal = add(*mapping_.ordinal);
    if (plan_.columns.back().type != Column::Type::integer) {
      refuse(mapping_.table,
             "ordinal: column " + *mapping_.ordinal + " is not an integer; make it one");
    }
  }

  void bind_place(Node& node, const Binding& binding) {
    Node& leaf = reach(node, binding.place);
    if (leaf.holds != Node::Holds::members || !leaf.members.empty()) {
      refuse(mapping_.table, "column " + binding.column + " is to hold " + to_text(binding.place) +
                                 ", which the mapping uses otherwise already; give one of the two");
    }
    leaf.holds = Node::Holds::column;
    leaf.place = add(binding.column);
  }

  void bind_same_name(Node& node, const Column& column) {
    const bool own = mapping_.rows == Rows::root &&
                     std::ranges::find(own_columns, column.name) != own_columns.end();
    // What is never NULL and fills itself, such as a serial number, is the table's own affair.
    const bool fills_itself = column.not_null && column.has_default;
    if (own || fills_itself || has(column.name) || find_member(node, column.name) != nullptr)
      return;
    node.members.push_back(
        {.name = column.name, .holds = Node::Holds::column, .place = add(column.name)});
  }

  /// PostgreSQL's rules know no upsert, and it must be told of a key that no two rows have.
  bool upserts() const {
    std::vector<std::string> key{plan_.columns[plan_.key].name};
    if (plan_.ordinal) key.push_back(plan_.columns[*plan_.ordinal].name);
    const bool one_a_key = mapping_.rows != Rows::elements || plan_.ordinal;
    return !plan_.has_rules && one_a_key && table_.unique(std::move(key));
  }

  void check_own_columns() const {
    static constexpr std::array<std::string_view, 4> types{"text", "text", "bigint",
                                                           "timestamp with time zone"};
    for (std::size_t i = 0; i < own_columns.size(); ++i) {
      const Column& column = need(std::string(own_columns[i]));
      if (column.sql_type == types[i] && column.limit < 0) continue;
      refuse(mapping_.table, "its column " + column.name +
                                 " is not of the type that the stage needs, " +
                                 std::string(types[i]) + "; run db/setup, or change it");
    }
  }

  void bind_root_key(Node& node, const Pointer& key) {
    Node* leaf = &node;
    for (const std::string& part : key) {
      leaf = leaf != nullptr ? find_member(*leaf, part) : nullptr;
    }
    if (leaf == nullptr || leaf->holds != Node::Holds::column) {
      refuse(mapping_.table, "no column of the root table holds the key " + to_text(key) +
                                 "; name one in columns:");
    }
    plan_.key = leaf->place;
    const Column& column = plan_.columns[plan_.key];
    if (column.type != Column::Type::text && column.type != Column::Type::integer) {
      refuse(mapping_.table,
             "its key column " + column.name + " is neither text nor integer; make it text");
    }
    if (!table_.unique({column.name})) {
      refuse(mapping_.table,
             "its key column " + column.name + " is not unique; make it the primary key");
    }
  }

  const TableMapping& mapping_;
  const Table& table_;
  TablePlan plan_;
};

/// Tables claim their places first, so that a root column named like one of them does not take it.
void claim(Node& document, const TableMapping& mapping, std::size_t table) {
  if (mapping.rows == Rows::root) return;
  Node& node = reach(document, mapping.place);
  node.holds = mapping.rows == Rows::object ? Node::Holds::row : Node::Holds::rows;
  node.place = table;
}

/// A value, or a list's element, that other tables are taken out of.
void check_nesting(const Node& node, const std::string& pointer) {
  for (const Node& member : node.members) {
    std::string place = pointer;
    append_part(place, member.name);
    const bool leaf = member.holds == Node::Holds::column;
    if (leaf && !member.members.empty()) {
      throw std::runtime_error(
          "tables: " + place +
          " is a column's value and cannot have members of its own; correct tables:");
    }
    check_nesting(member, place);
  }
}

void write_names(Node& node) {
  node.json_name.clear();
  write_string(node.name, node.json_name);
  node.json_name += ':';
  for (Node& member : node.members) write_names(member);
}

void check_lists(const Mapping& mapping) {
  for (const TableMapping& list : mapping.tables) {
    if (list.rows != Rows::elements) continue;
    for (const TableMapping& inner : mapping.tables) {
      const bool inside = inner.place.size() > list.place.size() &&
                          std::equal(list.place.begin(), list.place.end(), inner.place.begin());
      if (inside) {
        throw std::runtime_error("tables: " + inner.table + " is taken from inside of the list " +
                                 to_text(list.place) +
                                 ", which has no one place; map the list's elements only");
      }
    }
  }
}

}  // namespace

const Node* Node::find(std::string_view wanted, std::size_t& expected) const {
  if (expected < members.size() && members[expected].name == wanted) return &members[expected++];
  const auto found = std::ranges::find(members, wanted, &Node::name);
  if (found == members.end()) return nullptr;
  expected = static_cast<std::size_t>(found - members.begin()) + 1;
  return &*found;
}

Plan Plan::make(const Mapping& mapping, const std::vector<Table>& described) {
  check_lists(mapping);
  Plan plan;
  plan.key = mapping.key;
  plan.key_pointer = to_text(mapping.key);
  for (std::size_t i = 0; i < mapping.tables.size(); ++i)
    claim(plan.document, mapping.tables[i], i);
  for (std::size_t i = 0; i < mapping.tables.size(); ++i) {
    Node& node = reach(plan.document, mapping.tables[i].place);
    plan.tables.push_back(TableBinder(mapping.tables[i], described[i]).bind(node, mapping.key));
  }
  check_nesting(plan.document, "");
  write_names(plan.document);
  return plan;
}

}  // namespace weir::pg_sink
