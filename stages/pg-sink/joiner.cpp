#include "joiner.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <tuple>
#include <unordered_map>

#include "cells.hpp"
#include "composer.hpp"

namespace weir::pg_sink {
namespace {

/// Where one table row belongs.
struct Place {
  std::size_t document;  ///< of the part
  std::int64_t ordinal;
  std::string_view fields;
};

bool before(const Place& a, const Place& b) {
  return std::tie(a.document, a.ordinal) < std::tie(b.document, b.ordinal);
}

Entry entry(const Rows& rows, std::size_t root, std::string_view key, std::string_view document) {
  return {key, document, rows.text(root, RowColumns::origin),
          integer(rows.text(root, RowColumns::position)),
          integer(rows.text(root, RowColumns::stored_us))};
}

}  // namespace

Answer Joiner::show_one(const Rows& rows, std::string_view key, Visit visit) const {
  std::optional<std::size_t> root;
  std::vector<std::vector<Place>> places(plan_->tables.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto table = static_cast<std::size_t>(integer(rows.text(i, RowColumns::table)));
    if (table == 0) root = i;
    places[table].push_back(
        {0, integer(rows.text(i, RowColumns::ordinal)), rows.text(i, RowColumns::fields)});
  }
  if (!root) return Answer::absent;
  if (!rows.is_null(*root, RowColumns::document)) {
    visit(entry(rows, *root, key, rows.text(*root, RowColumns::document)));
    return Answer::found;
  }
  std::vector<std::vector<std::string_view>> fields(places.size());
  for (std::size_t table = 0; table < places.size(); ++table) {
    std::ranges::sort(places[table], before);
    for (const Place& place : places[table]) fields[table].push_back(place.fields);
  }
  std::string document;
  Composer(*plan_).compose(fields, document);
  visit(entry(rows, *root, key, document));
  return Answer::found;
}

std::vector<std::string> Joiner::children_of(const Rows& roots) const {
  std::string keys = "'{";
  Cells cells;
  for (std::size_t i = 0; i < roots.size(); ++i) {
    if (!roots.is_null(i, RowColumns::document)) continue;
    cells.clear();
    if (keys.size() > 2) keys += ',';
    keys += cells[cells.quoted(roots.text(i, RowColumns::key))];
  }
  keys += "}')";
  std::vector<std::string> statements;
  for (std::size_t table = 1; table < plan_->tables.size(); ++table)
    statements.push_back(statements_->rows_of[table] + keys);
  return statements;
}

bool Joiner::show(Connection& connection, const Rows& roots, Clock::time_point deadline,
                  Visit visit) const {
  std::unordered_map<std::string_view, std::size_t> index;
  index.reserve(roots.size());
  for (std::size_t i = 0; i < roots.size(); ++i) index.emplace(roots.text(i, RowColumns::key), i);

  const std::size_t tables = plan_->tables.size();
  std::vector<Rows> children;
  if (tables > 1) children = connection.run(children_of(roots), deadline);
  std::vector<std::vector<Place>> places(tables);
  for (std::size_t table = 1; table < tables; ++table) {
    const Rows& rows = children[table - 1];
    places[table].reserve(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const auto document = index.find(rows.text(i, RowColumns::key));
      if (document == index.end()) continue;
      places[table].push_back({document->second, integer(rows.text(i, RowColumns::ordinal)),
                               rows.text(i, RowColumns::fields)});
    }
    std::ranges::sort(places[table], before);
  }

  Composer composer(*plan_);
  std::string composed;
  std::vector<std::size_t> next(tables, 0);
  std::vector<std::vector<std::string_view>> fields(tables);
  for (std::size_t i = 0; i < roots.size(); ++i) {
    fields[0].assign(1, roots.text(i, RowColumns::fields));
    for (std::size_t table = 1; table < tables; ++table) {
      fields[table].clear();
      for (auto& at = next[table]; at < places[table].size() && places[table][at].document == i;
           ++at) {
        fields[table].push_back(places[table][at].fields);
      }
    }
    std::string_view document = roots.text(i, RowColumns::document);
    if (roots.is_null(i, RowColumns::document)) {
      composed.clear();
      composer.compose(fields, composed);
      document = composed;
    }
    if (!visit(entry(roots, i, roots.text(i, RowColumns::key), document))) return false;
  }
  return true;
}

}  // namespace weir::pg_sink
