#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "document.hpp"
#include "plan.hpp"
#include "raw_cells.hpp"

namespace weir::pg_sink {

/// A batch's messages, taken apart into the rows of all tables.
struct BatchRows {
  struct Span {
    std::size_t first = 0, count = 0;  ///< rows
  };
  struct Record {
    std::size_t message = 0;  ///< index in the batch
    std::int64_t position = 0;
    RawCell key{};       ///< as the database prints it
    RawCell document{};  ///< the whole message, where the columns cannot give it back
    std::size_t first_span = 0;
  };

  RawCells cells;
  std::vector<std::vector<RawCell>>
      tables;  ///< by table: its rows, one after the other, each with a cell for each column
  std::vector<Record> records;
  std::vector<Span> spans;  ///< of each record one by table

  std::string_view key_of(const Record& record) const { return cells[record.key]; }
  /// By table; of the root exactly one.
  std::span<const Span> rows_of(const Record& record) const {
    return std::span(spans).subspan(record.first_span, tables.size());
  }
  void clear(std::size_t table_count);
};

/// Takes messages apart by a plan. One thread.
class Shredder {
 public:
  explicit Shredder(const Plan& plan) : plan_(&plan), document_(plan.limits) {}

  /// Adds the message's rows to `batch`; or nothing, and says why.
  std::optional<Unreadable> shred(std::string_view message, std::size_t index,
                                  std::int64_t position, BatchRows& batch);

 private:
  std::optional<Unreadable> check_key();
  std::size_t add_row(std::size_t table);
  RawCell& cell(std::size_t table, std::size_t row, std::size_t column);
  bool fill_given(std::size_t table, std::size_t row);
  bool fill_row(const Node& node, const Value& object, std::size_t table, std::size_t row);
  bool fill_members(const Node& node, const Value& object, std::size_t table, std::size_t row,
                    bool& any);
  bool fill_member(const Node& node, const Value& value, std::size_t table, std::size_t row,
                   bool& any);
  bool fill_column(std::size_t column, const Value& value, std::size_t table, std::size_t row);
  bool fill_list(const Node& node, const Value& list, bool& any);
  bool misfit(std::string reason);
  void at(std::string part);

  const Plan* plan_;
  Document document_;
  RawCells key_{};
  BatchRows* batch_ = nullptr;
  std::vector<std::size_t> first_rows_{};  // by table: of the message under way
  bool exact_ = true;                      // the rows alone give the message back
  std::string reason_{};                   // of a misfit
  std::vector<std::string> place_{};       // of a misfit, innermost part first
  bool place_is_whole_ = false;  // `place_` starts at the message, not at the row under way
};

}  // namespace weir::pg_sink
