#include "bulk_read.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "composer.hpp"
#include "copied.hpp"

namespace weir::pg_sink {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds patience{9'000};  // for each line
constexpr std::size_t most_read = 2;     // rows for each that is wanted

std::int64_t integer(std::string_view text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

/// Keeps lines, one behind the other.
class Lines {
 public:
  std::string_view keep(std::string_view line) {
    if (line.size() > left_) {
      left_ = std::max(chunk_size, line.size());
      next_ = chunks_.emplace_back(std::make_unique_for_overwrite<char[]>(left_)).get();
    }
    std::memcpy(next_, line.data(), line.size());
    const std::string_view kept(next_, line.size());
    next_ += line.size();
    left_ -= line.size();
    return kept;
  }

 private:
  static constexpr std::size_t chunk_size = std::size_t{4} << 20;  // bytes
  std::vector<std::unique_ptr<char[]>> chunks_{};
  char* next_ = nullptr;
  std::size_t left_ = 0;
};

/// A row of the root table.
struct Root {
  std::int64_t stored_us, position;
  std::string_view key;   ///< as PostgreSQL has escaped it, which is one text for each key
  std::string_view rest;  ///< origin, document and all columns

  bool kept_whole() const {
    std::string_view line = rest;
    next_copied(line);
    return next_copied(line) != copied_null;
  }
};

bool newer(const Root& a, const Root& b) {
  return std::tie(a.stored_us, a.position) > std::tie(b.stored_us, b.position);
}

/// A row of another table, and where it belongs.
struct Place {
  std::uint32_t root;
  std::int64_t ordinal;
  std::string_view fields;
};

bool before(const Place& a, const Place& b) {
  return std::tie(a.root, a.ordinal) < std::tie(b.root, b.ordinal);
}

/// The newest roots, and how they are found.
class Roots {
 public:
  void add(const Root& root) { all_.push_back(root); }

  void choose(std::size_t limit) {
    std::ranges::sort(all_, newer);
    if (all_.size() > limit) all_.resize(limit);
    index_.reserve(all_.size());
    for (std::uint32_t i = 0; i < all_.size(); ++i) index_.emplace(all_[i].key, i);
  }

  std::optional<std::uint32_t> find(std::string_view key) {
    // The tables mostly have their rows in the same order, oldest first.
    const std::size_t first = last_ - std::min<std::size_t>(last_, nearby);
    for (std::size_t near = std::min<std::size_t>(last_ + nearby, all_.size()); near-- > first;) {
      if (all_[near].key == key) return last_ = static_cast<std::uint32_t>(near);
    }
    const auto found = index_.find(key);
    if (found == index_.end()) return std::nullopt;
    return last_ = found->second;
  }

  std::size_t size() const { return all_.size(); }
  const Root& operator[](std::size_t index) const { return all_[index]; }

 private:
  static constexpr std::size_t nearby = 4;
  std::vector<Root> all_{};
  std::unordered_map<std::string_view, std::uint32_t> index_{};
  std::uint32_t last_ = 0;
};

/// A field's characters: the field itself, or what its escapes stand for, which `memory` then
/// holds.
std::string_view characters(std::string_view field, std::string& memory) {
  if (field == copied_null) return {};
  if (field.find('\\') == std::string_view::npos) return field;
  memory.clear();
  unescape_copied(field, memory);
  return memory;
}

}  // namespace

struct BulkRead::Rows {
  Lines lines{};
  Roots roots{};
  std::vector<std::vector<Place>> places{};  // by table; the root's are none
};

BulkRead::BulkRead(const Plan& plan, std::unique_ptr<Rows> rows)
    : plan_(&plan), rows_(std::move(rows)) {}
BulkRead::BulkRead(BulkRead&&) noexcept = default;
BulkRead& BulkRead::operator=(BulkRead&&) noexcept = default;
BulkRead::~BulkRead() = default;

std::optional<BulkRead> BulkRead::of(Connection& connection, const Plan& plan,
                                     const Statements& statements, std::size_t limit) {
  limit = std::min<std::size_t>(limit, std::numeric_limits<std::uint32_t>::max());
  const auto stored_behind = [&](std::size_t rows) {
    return "(" + statements.stored_at + " OFFSET " + std::to_string(rows) + " LIMIT 1)";
  };
  connection.run("SET LOCAL statement_timeout = 0", Clock::now() + patience);
  const auto ends = connection.run(
      "SELECT " + stored_behind(limit - 1) + ", " + stored_behind(limit * most_read) + " IS NULL",
      Clock::now() + patience);
  if (ends.text(0, 1) != "t") return std::nullopt;

  auto rows = std::make_unique<Rows>();
  const auto copy = [&](const std::string& query, const auto& line) {
    connection.copy_out("COPY (" + query + ") TO STDOUT", patience, line);
  };
  std::string newest = statements.all_rows[0];
  if (!ends.is_null(0, 0))
    newest += " WHERE weir_stored_at >= '" + std::string(ends.text(0, 0)) + "'";
  copy(newest, [&](std::string_view line) {
    line = rows->lines.keep(line);
    const std::string_view key = next_copied(line);
    const std::int64_t stored_us = integer(next_copied(line));
    const std::int64_t position = integer(next_copied(line));
    rows->roots.add({stored_us, position, key, line});
  });
  rows->roots.choose(limit);
  rows->places.resize(plan.tables.size());
  for (std::size_t table = 1; table < plan.tables.size(); ++table) {
    auto& places = rows->places[table];
    copy(statements.all_rows[table], [&](std::string_view line) {
      const auto root = rows->roots.find(next_copied(line));
      if (!root || rows->roots[*root].kept_whole()) return;
      const std::int64_t ordinal = integer(next_copied(line));
      places.push_back({*root, ordinal, rows->lines.keep(line)});
    });
    std::ranges::sort(places, before);
  }
  return BulkRead(plan, std::move(rows));
}

void BulkRead::show(Visit visit) const {
  Composer composer(*plan_, Composer::Form::line);
  std::string key, origin, document;
  const std::size_t tables = plan_->tables.size();
  std::vector<std::size_t> next(tables, 0);
  std::vector<std::vector<std::string_view>> fields(tables);
  for (std::uint32_t i = 0; i < rows_->roots.size(); ++i) {
    const Root& root = rows_->roots[i];
    std::string_view row = root.rest;
    const std::string_view its_origin = next_copied(row);
    const std::string_view its_document = next_copied(row);
    document.clear();
    if (its_document != copied_null) {
      unescape_copied(its_document, document);
    } else {
      fields[0].assign(1, row);
      for (std::size_t table = 1; table < tables; ++table) {
        const auto& places = rows_->places[table];
        fields[table].clear();
        for (auto& at = next[table]; at < places.size() && places[at].root == i; ++at)
          fields[table].push_back(places[at].fields);
      }
      composer.compose(fields, document);
    }
    if (!visit(Entry{characters(root.key, key), document, characters(its_origin, origin),
                     root.position, root.stored_us}))
      return;
  }
}

}  // namespace weir::pg_sink
