#pragma once

#include <string>
#include <vector>

#include "plan.hpp"

namespace weir::pg_sink {

/// The SQL of a plan. Names of prepared statements are made from the table's index.
struct Statements {
  // PREPARE ... for a writer's session:
  std::string prepare_upsert;  ///< of the root: takes arrays, the origin; gives (key, inserted)
  /// The same for one message that was rejected before: it gives way to any other origin's, too.
  std::string prepare_replay;
  /// Of the root, where the keys are new: takes the same; gives (key).
  std::string prepare_add;
  // by table, the root's is empty:
  std::vector<std::string> prepare_insert;
  std::vector<std::string> prepare_change;  ///< takes the same; empty where the table upserts not
  std::vector<std::string> prepare_remove;  ///< takes an array of keys
  /// Takes an array of keys, one of counts: removes elements behind the count. Empty where the
  /// table is no list, or upserts not.
  std::vector<std::string> prepare_trim;
  std::vector<std::string> copy;  ///< by table: COPY of CopyText's columns, in its format
  // for a reader's session:
  std::string prepare_find;          ///< takes a key; gives rows as `rows_of` does, of all tables
  std::string newest;                ///< the root's rows, newest first; LIMIT is added behind it
  std::string roots_of;              ///< the root's rows of some keys; both are added as below
  std::vector<std::string> rows_of;  ///< by table; an array of keys and `)` are added behind it
  std::string stored_at;  ///< of the root's rows, the newest first; OFFSET is added behind it
  /// By table: SELECT of key, ordinal (of the root: time of storing in us, position, origin,
  /// document) and all columns of all rows.
  std::vector<std::string> all_rows;

  static Statements of(const Plan& plan);

  /// Those of a writer's session that are for the tables below the root.
  std::vector<std::string> below() const;
  /// All that a session needs that replays.
  std::vector<std::string> for_replays() const;
};

/// What a row of prepare_find, newest and rows_of is made of.
struct RowColumns {
  static constexpr std::size_t table = 0, key = 1, ordinal = 2, fields = 3;            // all
  static constexpr std::size_t document = 4, origin = 5, position = 6, stored_us = 7;  // the root's
};

}  // namespace weir::pg_sink
