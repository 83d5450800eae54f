#include "shredder.hpp"

#include <algorithm>

namespace weir::pg_sink {

void BatchRows::clear(std::size_t table_count) {
  cells.clear();
  tables.resize(table_count);
  for (auto& table : tables) table.clear();
  records.clear();
  spans.clear();
}

std::optional<Unreadable> Shredder::shred(std::string_view message, std::size_t index,
                                          std::int64_t position, BatchRows& batch) {
  if (message.empty()) return Unreadable{"json", "the message has no value", {}};
  if (auto unreadable = document_.parse(message)) return unreadable;
  const Value& whole = document_[Document::root];
  if (whole.kind != Kind::object) return Unreadable{"type", "the message is not a JSON object", ""};

  batch_ = &batch;
  exact_ = true;
  place_.clear();
  place_is_whole_ = false;
  if (auto unreadable = check_key()) return unreadable;

  const std::size_t written = batch.cells.size();
  first_rows_.clear();
  for (std::size_t i = 0; i < plan_->tables.size(); ++i) {
    first_rows_.push_back(batch.tables[i].size() / plan_->tables[i].columns.size());
  }
  if (!fill_row(plan_->document, whole, 0, add_row(0))) {
    batch.cells.cut(written);
    for (std::size_t i = 0; i < first_rows_.size(); ++i) {
      batch.tables[i].resize(first_rows_[i] * plan_->tables[i].columns.size());
    }
    std::string pointer;
    for (auto part = place_.rbegin(); part != place_.rend(); ++part) append_part(pointer, *part);
    return Unreadable{"type", std::move(reason_), bounded(std::move(pointer))};
  }
  BatchRows::Record record{
      .message = index, .position = position, .first_span = batch.spans.size()};
  for (std::size_t i = 0; i < first_rows_.size(); ++i) {
    const std::size_t end = batch.tables[i].size() / plan_->tables[i].columns.size();
    batch.spans.push_back({first_rows_[i], end - first_rows_[i]});
  }
  record.key = cell(0, first_rows_[0], plan_->root().key);
  if (!exact_) record.document = batch.cells.text(message);
  batch.records.push_back(record);
  return std::nullopt;
}

/// Before all else, because a message without a key has a code of its own.
std::optional<Unreadable> Shredder::check_key() {
  const Value* value = &document_[Document::root];
  for (const std::string& part : plan_->key) {
    value = document_.member(*value, part);
    if (value == nullptr) break;
  }
  if (value == nullptr || value->kind == Kind::null) {
    return Unreadable{"key", "the message has no key at " + plan_->key_pointer, plan_->key_pointer};
  }
  const Column& column = plan_->root().columns[plan_->root().key];
  key_.clear();
  RawCell cell;
  if (store(column, document_, *value, key_, cell, reason_) == Fit::misfit) {
    return Unreadable{"key", "the key is unfit: " + reason_, plan_->key_pointer};
  }
  return std::nullopt;
}

std::size_t Shredder::add_row(std::size_t table) {
  auto& cells = batch_->tables[table];
  const std::size_t columns = plan_->tables[table].columns.size();
  cells.resize(cells.size() + columns);
  return cells.size() / columns - 1;
}

RawCell& Shredder::cell(std::size_t table, std::size_t row, std::size_t column) {
  return batch_->tables[table][row * plan_->tables[table].columns.size() + column];
}

/// Called from the inside to the outside, once something does not fit.
void Shredder::at(std::string part) {
  if (!place_is_whole_) place_.push_back(std::move(part));
}

bool Shredder::misfit(std::string reason) {
  reason_ = std::move(reason);
  return false;
}

/// A row and all that is below it.
bool Shredder::fill_row(const Node& node, const Value& object, std::size_t table, std::size_t row) {
  bool any = false;
  if (!fill_given(table, row) || !fill_members(node, object, table, row, any)) return false;
  const auto& columns = plan_->tables[table].columns;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].not_null && cell(table, row, i).is_null()) {
      at(columns[i].name);
      return misfit("column " + columns[i].name + " of table " + plan_->tables[table].name +
                    " needs a value, and there is none");
    }
  }
  return true;
}

bool Shredder::fill_given(std::size_t table, std::size_t row) {
  for (const auto& [column, place] : plan_->tables[table].given) {
    const Value* value = &document_[Document::root];
    for (const std::string& part : place) {
      value = document_.member(*value, part);
      if (value == nullptr) break;
    }
    if (value == nullptr || value->kind == Kind::null) continue;
    if (!fill_column(column, *value, table, row)) {
      place_.assign(place.rbegin(), place.rend());
      place_is_whole_ = true;
      return false;
    }
  }
  return true;
}

bool Shredder::fill_members(const Node& node, const Value& object, std::size_t table,
                            std::size_t row, bool& any) {
  std::size_t expected = 0;
  for (std::uint32_t i = document_.index(object) + 1; i < object.next; i = document_[i].next) {
    const Value& value = document_[i];
    const Node* member = node.find(value.name, expected);
    if (member == nullptr || value.kind == Kind::null) {
      exact_ = false;  // no column, or none that tells null from absent
    } else if (!fill_member(*member, value, table, row, any)) {
      at(std::string(value.name));
      return false;
    }
  }
  return true;
}

bool Shredder::fill_member(const Node& node, const Value& value, std::size_t table, std::size_t row,
                           bool& any) {
  switch (node.holds) {
    case Node::Holds::column:
      any = true;
      return fill_column(node.place, value, table, row);
    case Node::Holds::rows:
      return fill_list(node, value, any);
    case Node::Holds::row:
      if (value.kind != Kind::object) {
        exact_ = false;
        return true;
      }
      any = true;
      return fill_row(node, value, node.place, add_row(node.place));
    case Node::Holds::members: {
      bool some = false;
      if (value.kind == Kind::object && !fill_members(node, value, table, row, some)) return false;
      if (!some) exact_ = false;  // an object without a value in any column leaves no trace
      any = any || some;
      return true;
    }
  }
  return true;
}

bool Shredder::fill_column(std::size_t column, const Value& value, std::size_t table,
                           std::size_t row) {
  RawCell stored;
  const Fit fit =
      store(plan_->tables[table].columns[column], document_, value, batch_->cells, stored, reason_);
  if (fit == Fit::misfit) return false;
  if (fit == Fit::odd) exact_ = false;
  cell(table, row, column) = stored;
  return true;
}

bool Shredder::fill_list(const Node& node, const Value& list, bool& any) {
  const std::size_t table = node.place;
  const auto ordinal = plan_->tables[table].ordinal;
  std::size_t place = 0, rows = 0;
  if (list.kind == Kind::array) {
    for (std::uint32_t i = document_.index(list) + 1; i < list.next;
         i = document_[i].next, ++place) {
      if (document_[i].kind != Kind::object) {
        exact_ = false;
        continue;
      }
      const std::size_t row = add_row(table);
      if (ordinal)
        cell(table, row, *ordinal) = batch_->cells.bare(static_cast<std::int64_t>(place));
      if (!fill_row(node, document_[i], table, row)) {
        at(std::to_string(place));
        return false;
      }
      ++rows;
    }
  }
  // An empty list leaves no trace, and without a column for their places the elements have no
  // order.
  if (rows == 0 || (rows > 1 && !ordinal)) exact_ = false;
  any = any || rows > 0;
  return true;
}

}  // namespace weir::pg_sink
