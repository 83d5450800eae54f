#include "composer.hpp"

#include "copied.hpp"

namespace weir::pg_sink {

void Composer::compose(std::span<const std::vector<std::string_view>> rows, std::string& out,
                       std::string_view key) {
  for (std::size_t table = 0; table < rows.size(); ++table) {
    const std::size_t columns = plan_->tables[table].columns.size();
    auto& [count, fields] = rows_[table];
    count = rows[table].size();
    if (fields.size() < count * columns) fields.resize(count * columns);
    for (std::size_t row = 0; row < count; ++row) {
      const std::span<Field> its_fields(fields.data() + row * columns, columns);
      form_ == Form::record
          ? read_record(rows[table][row], its_fields)
          : read_line(rows[table][row], key, plan_->tables[table].key, its_fields);
    }
  }
  write_row(plan_->document, 0, 0, out);
}

/// (a,"b ""c"" \\",) has the fields a, b "c" \ and NULL.
void Composer::read_record(std::string_view record, std::span<Field> fields) {
  std::size_t at = 1;  // behind the bracket
  for (Field& field : fields) {
    field.null = record[at] == ',' || record[at] == ')';
    if (record[at] != '"') {
      const std::size_t end = record.find_first_of(",)", at);
      field.text = record.substr(at, end - at);
      at = end + 1;
      continue;
    }
    field.unescaped.clear();
    for (++at;; ++at) {
      const std::size_t plain = record.find_first_of("\"\\", at);
      field.unescaped.append(record, at, plain - at);
      at = plain;
      if (record[at] == '"' && record[at + 1] != '"')
        break;  // the closing one is followed by , or )
      field.unescaped += record[++at];
    }
    field.text = field.unescaped;
    at += 2;
  }
}

/// Fields stand between tabs, \N is NULL; the key belongs between them.
void Composer::read_line(std::string_view line, std::string_view key, std::size_t place,
                         std::span<Field> fields) {
  const bool escapes =
      line.find('\\') != std::string_view::npos || key.find('\\') != std::string_view::npos;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    Field& field = fields[i];
    field.text = i == place ? key : next_copied(line);
    field.null = escapes && field.text == copied_null;
    if (!escapes || field.text.find('\\') == std::string_view::npos) continue;
    field.unescaped.clear();
    unescape_copied(field.text, field.unescaped);
    field.text = field.unescaped;
  }
}

bool Composer::write_members(const Node& node, std::size_t table, std::size_t row,
                             std::string& out) const {
  bool any = false;
  for (const Node& member : node.members) {
    const std::size_t before = out.size();
    if (out.back() != '{') out += ',';
    out += member.json_name;
    if (write_value(member, table, row, out)) {
      any = true;
    } else {
      out.resize(before);
    }
  }
  return any;
}

/// False: the message had no such member, and what was written is to be taken back.
bool Composer::write_value(const Node& node, std::size_t table, std::size_t row,
                           std::string& out) const {
  switch (node.holds) {
    case Node::Holds::column: {
      const auto& columns = plan_->tables[table].columns;
      const Field& field = rows_[table].fields[row * columns.size() + node.place];
      if (!field.null) write_json(columns[node.place], field.text, out);
      return !field.null;
    }
    case Node::Holds::members: {
      out += '{';
      const bool any = write_members(node, table, row, out);
      out += '}';
      return any;
    }
    case Node::Holds::row:
      if (rows_[node.place].count == 0) return false;
      write_row(node, node.place, 0, out);
      return true;
    case Node::Holds::rows:
      if (rows_[node.place].count == 0) return false;
      for (std::size_t i = 0; i < rows_[node.place].count; ++i) {
        out += i == 0 ? '[' : ',';
        write_row(node, node.place, i, out);
      }
      out += ']';
      return true;
  }
  return false;
}

void Composer::write_row(const Node& node, std::size_t table, std::size_t row,
                         std::string& out) const {
  out += '{';
  write_members(node, table, row, out);
  out += '}';
}

}  // namespace weir::pg_sink
