#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "composer.hpp"
#include "plan.hpp"
#include "shredder.hpp"

/// Stands in for PostgreSQL where only the way there and back counts: takes rows as the stage
/// writes them, and prints them as PostgreSQL does. It has one table of each kind, whose columns
/// have the types that the stage gives back by itself, and some that it does not.
class PaperDatabase {
 public:
  PaperDatabase();

  /// Nothing: the message is stored, in the place of the one before it.
  std::optional<weir::pg_sink::Unreadable> store(std::string_view message);

  /// The message that was stored last, as a reader gets it.
  std::string read();
  bool kept_whole() const;

  /// The statement that would carry the message to PostgreSQL.
  std::string statement() const;

 private:
  std::string record(std::size_t table, std::size_t row) const;

  weir::pg_sink::Plan plan_;
  weir::pg_sink::Shredder shredder_;
  weir::pg_sink::Composer composer_;
  weir::pg_sink::BatchRows rows_;
};
