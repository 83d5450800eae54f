#include "bulk_read.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <future>
#include <limits>
#include <memory>
#include <new>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "composer.hpp"
#include "copied.hpp"

namespace weir::pg_sink {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds patience{9'000};  // for each line
constexpr std::size_t most_read = 2;     // rows for each that is wanted

void copy(Connection& connection, const std::string& query,
          const std::function<void(std::string_view)>& line) {
  connection.copy_out("COPY (" + query + ") TO STDOUT", patience, line);
}

/// Keeps lines, one behind the other.
class Lines {
 public:
  std::string_view keep(std::string_view line) {
    if (line.size() > left_) {
      left_ = (line.size() / chunk_size + 1) * chunk_size;
      next_ = chunks_.emplace_back(huge_pages(left_)).get();
    }
    std::memcpy(next_, line.data(), line.size());
    const std::string_view kept(next_, line.size());
    next_ += line.size();
    left_ -= line.size();
    return kept;
  }

 private:
  static constexpr std::size_t chunk_size = std::size_t{4} << 20;  // bytes
  using Chunk = std::unique_ptr<char, decltype(&std::free)>;

  /// The system would clear and enter small ones one by one, which takes it as long as what we do.
  static Chunk huge_pages(std::size_t size) {
    constexpr std::size_t huge_page = std::size_t{2} << 20;  // bytes
    auto* memory = static_cast<char*>(std::aligned_alloc(huge_page, size));
    if (memory == nullptr) throw std::bad_alloc();
    ::madvise(memory, size, MADV_HUGEPAGE);  // where it cannot, small ones do
    return {memory, &std::free};
  }

  std::vector<Chunk> chunks_{};
  char* next_ = nullptr;
  std::size_t left_ = 0;
};

/// A row of the root table.
struct Root {
  std::int64_t stored_us, position;
  std::string_view key;   ///< as PostgreSQL has escaped it, which is one text for each key
  std::string_view rest;  ///< origin, document and all columns but the key

  bool kept_whole() const {
    std::string_view line = rest;
    next_copied(line);
    return next_copied(line) != copied_null;
  }
};

/// The newest roots, and how they are found.
class Roots {
 public:
  void add(const Root& root) { all_.push_back(root); }

  void choose(std::size_t limit) {
    struct Age {
      std::int64_t stored_us, position;
      std::size_t root;
    };
    std::vector<Age> ages;
    ages.reserve(all_.size());
    for (const Root& root : all_) ages.push_back({root.stored_us, root.position, ages.size()});
    std::ranges::sort(ages, [](const Age& a, const Age& b) {
      return std::tie(a.stored_us, a.position) > std::tie(b.stored_us, b.position);
    });
    if (ages.size() > limit) ages.resize(limit);
    std::vector<Root> chosen;
    chosen.reserve(ages.size());
    for (const Age& age : ages) chosen.push_back(all_[age.root]);
    all_ = std::move(chosen);

    index_.assign(std::bit_ceil(2 * all_.size() + 1), nobody);
    for (std::uint32_t i = 0; i < all_.size(); ++i) index_[slot(all_[i].key)] = i;
  }

  static constexpr std::uint32_t nobody = std::numeric_limits<std::uint32_t>::max();

  /// The root with this key, or nobody; `last` is what was found before.
  std::uint32_t find(std::string_view key, std::uint32_t last) const {
    // The tables mostly have their rows in the same order, oldest first.
    const std::size_t first = last - std::min<std::size_t>(last, nearby);
    for (std::size_t near = std::min<std::size_t>(last + nearby, all_.size()); near-- > first;) {
      if (all_[near].key == key) return static_cast<std::uint32_t>(near);
    }
    return index_[slot(key)];
  }

  std::size_t size() const { return all_.size(); }
  const Root& operator[](std::size_t index) const { return all_[index]; }

 private:
  static constexpr std::size_t nearby = 4;

  /// Where the key is in the index, or would be. At least half of the index is empty.
  std::size_t slot(std::string_view key) const {
    for (std::size_t at = std::hash<std::string_view>{}(key);; ++at) {
      at &= index_.size() - 1;
      const std::uint32_t root = index_[at];
      if (root == nobody || all_[root].key == key) return at;
    }
  }

  std::vector<Root> all_{};
  std::vector<std::uint32_t> index_{};  // by hash, the next one where that is taken
};

/// The rows of a table that is no root, by the root where they belong.
class OtherRows {
 public:
  void read(Connection& connection, const std::string& query) {
    copy(connection, query,
         [this](std::string_view line) { lines_.push_back(memory_.keep(line)); });
  }

  void place(const Roots& roots) {
    ends_.assign(roots.size() + 1, 0);
    std::vector<std::uint32_t> places(lines_.size(), Roots::nobody);
    std::uint32_t last = 0;
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      const std::uint32_t root = roots.find(next_copied(lines_[i]), last);
      if (root == Roots::nobody) continue;
      last = root;
      if (roots[root].kept_whole()) continue;
      places[i] = root;
      ++ends_[root + 1];
    }
    std::partial_sum(ends_.begin(), ends_.end(), ends_.begin());
    // Each root's rows take its places one by one: afterwards the ends are where they should be.
    rows_.resize(ends_.back());
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      if (places[i] == Roots::nobody) continue;
      const std::int64_t ordinal = integer(next_copied(lines_[i]));
      rows_[ends_[places[i]]++] = {ordinal, lines_[i]};
    }
    lines_ = {};
    std::size_t begin = 0;
    for (const std::size_t end : ends_) {
      const auto rows = std::span(rows_).subspan(begin, end - begin);
      if (rows.size() > 1) std::ranges::sort(rows, {}, &Row::ordinal);
      begin = end;
    }
  }

  struct Row {
    std::int64_t ordinal;
    std::string_view fields;
  };
  std::span<const Row> of(std::size_t root) const {
    const std::size_t begin = root == 0 ? 0 : ends_[root - 1];
    return std::span(rows_).subspan(begin, ends_[root] - begin);
  }

 private:
  Lines memory_{};
  std::vector<std::string_view> lines_{};
  std::vector<Row> rows_{};
  std::vector<std::size_t> ends_{};  // by root: of its rows
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
  std::vector<OtherRows> tables{};  // the root's is empty

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
        fields_(rows_.tables.size()) {}

  /// Into the memory of an earlier part.
  void next(Part& part) {
    part.first = root_;
    part.documents.clear();
    part.ends.clear();
    const std::size_t end = std::min(root_ + documents_a_part, rows_.roots.size());
    for (; root_ < end; ++root_) {
      add(part.documents);
      part.ends.push_back(part.documents.size());
    }
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
      fields_[table].clear();
      for (const auto& found : rows_.tables[table].of(root_))
        fields_[table].push_back(found.fields);
    }
    composer_.compose(fields_, out, rows_.roots[root_].key);
  }

  const Rows& rows_;
  Composer composer_;
  std::size_t root_ = 0;
  std::vector<std::vector<std::string_view>> fields_;
};

void BulkRead::show(Visit visit) const {
  Documents documents(*this);
  std::string key, origin;
  Part part, after;
  for (documents.next(part); !part.ends.empty(); std::swap(part, after)) {
    // Composing takes as long as what most visitors do.
    auto next = std::async(std::launch::async, [&] { documents.next(after); });
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
    next.get();
  }
}

}  // namespace weir::pg_sink
