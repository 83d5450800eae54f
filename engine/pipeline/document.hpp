#pragma once

#include "engine/pipeline/findings.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

enum class Kind {
  null,
  boolean,
  integer,
  real,
  text,
  list,
  map,
  broken  ///< a value that a finding was made of already: nothing more is said about it
};

struct Member;

/// A value of a pipeline file, typed, and where it stands; a tree of values, no cycles.
struct Node {
  Kind kind = Kind::null;
  std::string text;     ///< of a text: itself; of a number or boolean: as JSON writes it
  std::string written;  ///< of a scalar: as the file has it, variables not substituted; all that
                        ///< may be shown of it
  bool plain = false;   ///< a scalar without quotes
  bool substituted = false;  ///< its value came from a variable
  bool defaulted = false;    ///< its value came from a stage's schema
  Place place;
  std::vector<Node> items;
  std::vector<Member> members;

  /// Borrowed; null when this is no map or has no such member.
  const Member* find(std::string_view key) const;
  std::int64_t integer() const;  ///< of an integer
};

struct Member {
  std::string key;
  Place place;  ///< of the key
  Node value;
};

/// JSON text of the value: numbers as `Node::text` has them, members in the file's order.
std::string to_json(const Node& node);

/// What a person calls it: "the integer 5", "a list". Never shows what a variable held.
std::string describe(const Node& node);

/// A text in quotes, shortened when it is long, for an error text.
std::string in_quotes(std::string_view text);

}  // namespace weir
