#pragma once

#include <boost/json/value.hpp>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rules.hpp"

namespace weir::json_schema_validate {

/// What the common part of a schema asks for, place by place, so that a message can be held against
/// it while it is being parsed (`QuickCheck`). It covers all that `Rules` check except uniqueItems,
/// and required, properties, additionalProperties, items with one schema, allOf and $ref; a place
/// with any other keyword lets nothing through, so that valijson decides about the message.
/// Immutable, so shared by all workers; the rules outlive it.
class QuickPlan {
 public:
  struct Place;

  struct Member {
    std::string_view name;  // the key in `indexes`
    const Place* place;
  };

  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view name) const {
      return std::hash<std::string_view>{}(name);
    }
  };

  /// One or more schemas that look at the same value, as one.
  struct Place {
    std::uint8_t kinds = kind_any;          // what is let through; 0 where only valijson can tell
    std::vector<const Rules*> rules{};      // those that ask for more than a kind
    std::vector<Member> members{};          // what properties or required name
    std::vector<std::uint64_t> required{};  // a bit for each of `members`
    std::unordered_map<std::string, std::size_t, Hash, std::equal_to<>> indexes{};  // by name
    const Place* others = nullptr;  // of members that have no name here
    const Place* items = nullptr;
    std::size_t first_slot = 0;  // of 1 + members.size() slots that are this place's alone
  };

  /// `schemas` are flat, by their index, and name rules by theirs (`SchemaFlattener`). Nothing: no
  /// message could be let through.
  static std::optional<QuickPlan> compile(const std::vector<boost::json::value>& schemas,
                                          const std::deque<Rules>& rules);

  const Place& root() const { return places_.front(); }
  std::size_t slots() const { return slots_; }
  /// How many schemas look at one value at the most.
  std::size_t most_schemas() const { return most_schemas_; }

 private:
  class Maker;

  std::deque<Place> places_{};
  std::size_t slots_ = 0;
  std::size_t most_schemas_ = 1;
};

}  // namespace weir::json_schema_validate
