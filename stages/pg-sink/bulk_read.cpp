#include "bulk_read.hpp"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <future>
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

void copy(Connection& connection, const std::string& query,
          const std::function<void(std::string_view)>& line) {
  connection.copy_out("COPY (" + query + ") TO STDOUT", patience, line);
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

  /// `last` is what was found before.
  std::optional<std::uint32_t> find(std::string_view key, std::uint32_t last) const {
    // The tables mostly have their rows in the same order, oldest first.
    const std::size_t first = last - std::min<std::size_t>(last, nearby);
    for (std::size_t near = std::min<std::size_t>(last + nearby, all_.size()); near-- > first;) {
      if (all_[near].key == key) return static_cast<std::uint32_t>(near);
    }
    const auto found = index_.find(key);
    if (found == index_.end()) return std::nullopt;
    return found->second;
  }

  std::size_t size() const { return all_.size(); }
  const Root& operator[](std::size_t index) const { return all_[index]; }

 private:
  static constexpr std::size_t nearby = 4;
  std::vector<Root> all_{};
  std::unordered_map<std::string_view, std::uint32_t> index_{};
};

/// The lines of a table that is no root, and where they belong.
struct TableLines {
  Lines memory{};
  std::vector<std::string_view> lines{};
  std::vector<Place> places{};

  void read(Connection& connection, const std::string& query) {
    copy(connection, query, [this](std::string_view line) { lines.push_back(memory.keep(line)); });
  }

  void place(const Roots& roots) {
    places.reserve(lines.size());
    std::uint32_t last = 0;
    for (std::string_view line : lines) {
      const auto root = roots.find(next_copied(line), last);
      if (!root) continue;
      last = *root;
      if (roots[*root].kept_whole()) continue;
      const std::int64_t ordinal = integer(next_copied(line));
      places.push_back({*root, ordinal, line});
    }
    lines = {};
    std::ranges::sort(places, before);
  }
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
  Lines root_lines{};
  Roots roots{};
  std::vector<TableLines> tables{};  // the root's is empty

  void read_roots(Connection& connection, const std::string& query, std::size_t limit) {
    copy(connection, query, [this](std::string_view line) {
      line = root_lines.keep(line);
      const std::string_view key = next_copied(line);
      const std::int64_t stored_us = integer(next_copied(line));
      const std::int64_t position = integer(next_copied(line));
      roots.add({stored_us, position, key, line});
    });
    roots.choose(limit);
  }
};

BulkRead::BulkRead(const Plan& plan, std::unique_ptr<Rows> rows)
    : plan_(&plan), rows_(std::move(rows)) {}
BulkRead::BulkRead(BulkRead&&) noexcept = default;
BulkRead& BulkRead::operator=(BulkRead&&) noexcept = default;
BulkRead::~BulkRead() = default;

std::optional<BulkRead> BulkRead::of(Connection& connection, Connection* second, const Plan& plan,
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
  rows->tables.resize(plan.tables.size());
  // Whoever is free takes the next table. From the last one on: lists have the most rows.
  const auto last = static_cast<std::ptrdiff_t>(plan.tables.size()) - 1;
  std::atomic<std::ptrdiff_t> left = last;
  const auto each_left = [&left](const auto& work) {
    for (auto table = left--; table > 0; table = left--) work(static_cast<std::size_t>(table));
  };
  const auto read_others = [&](Connection& over) {
    each_left(
        [&](std::size_t table) { rows->tables[table].read(over, statements.all_rows[table]); });
  };
  std::future<void> beside;
  if (second != nullptr) beside = std::async(std::launch::async, [&] { read_others(*second); });
  std::string newest = statements.all_rows[0];
  if (!ends.is_null(0, 0))
    newest += " WHERE weir_stored_at >= '" + std::string(ends.text(0, 0)) + "'";
  rows->read_roots(connection, newest, limit);
  read_others(connection);
  if (beside.valid()) beside.get();

  left = last;
  const auto place_others = [&] {
    each_left([&](std::size_t table) { rows->tables[table].place(rows->roots); });
  };
  beside = std::async(std::launch::async, place_others);
  place_others();
  beside.get();
  return BulkRead(plan, std::move(rows));
}

/// Some documents, one behind the other.
struct BulkRead::Part {
  std::size_t first = 0;  ///< root
  std::string documents{};
  std::vector<std::size_t> ends{};
};

/// Composes the documents in their order, part by part.
class BulkRead::Documents {
 public:
  explicit Documents(const BulkRead& read)
      : rows_(*read.rows_),
        composer_(*read.plan_, Composer::Form::line),
        next_(rows_.tables.size(), 0),
        fields_(rows_.tables.size()) {}

  Part next() {
    Part part{.first = root_};
    const std::size_t end = std::min(root_ + documents_a_part, rows_.roots.size());
    for (; root_ < end; ++root_) {
      add(part.documents);
      part.ends.push_back(part.documents.size());
    }
    return part;
  }

 private:
  static constexpr std::size_t documents_a_part = 4'096;

  void add(std::string& out) {
    std::string_view row = rows_.roots[root_].rest;
    next_copied(row);  // origin
    const std::string_view whole = next_copied(row);
    if (whole != copied_null) {
      unescape_copied(whole, out);
      return;
    }
    fields_[0].assign(1, row);
    for (std::size_t table = 1; table < fields_.size(); ++table) {
      const auto& places = rows_.tables[table].places;
      fields_[table].clear();
      for (auto& at = next_[table]; at < places.size() && places[at].root == root_; ++at)
        fields_[table].push_back(places[at].fields);
    }
    composer_.compose(fields_, out);
  }

  const Rows& rows_;
  Composer composer_;
  std::size_t root_ = 0;
  std::vector<std::size_t> next_;  // by table: the row that comes next
  std::vector<std::vector<std::string_view>> fields_;
};

void BulkRead::show(Visit visit) const {
  Documents documents(*this);
  std::string key, origin;
  for (Part part = documents.next(); !part.ends.empty();) {
    // Composing takes as long as what most visitors do.
    auto next = std::async(std::launch::async, [&documents] { return documents.next(); });
    std::size_t begin = 0;
    for (std::size_t i = 0; i < part.ends.size(); ++i) {
      const Root& root = rows_->roots[part.first + i];
      std::string_view row = root.rest;
      const std::string_view its_origin = next_copied(row);
      const std::size_t end = part.ends[i];
      const Entry entry{characters(root.key, key),
                        std::string_view(part.documents).substr(begin, end - begin),
                        characters(its_origin, origin), root.position, root.stored_us};
      if (!visit(entry)) return;
      begin = end;
    }
    part = next.get();
  }
}

}  // namespace weir::pg_sink
