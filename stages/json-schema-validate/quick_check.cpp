#include "quick_check.hpp"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/parse_options.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "fence.hpp"
#include "numbers.hpp"

namespace weir::json_schema_validate {
namespace {

using Place = QuickPlan::Place;

bool allows(const Rules& rules, std::string_view canonical_form) {
  return std::binary_search(rules.allowed.begin(), rules.allowed.end(), canonical_form);
}

bool within(std::uint64_t count, const std::optional<std::uint64_t>& least,
            const std::optional<std::uint64_t>& most) {
  return (!least || count >= *least) && (!most || count <= *most);
}

bool has_length(const Rules& rules, std::string_view text) {
  if (!rules.min_length && !rules.max_length) return true;
  // A character has 1 to 4 bytes, so most lengths fit whatever the characters are.
  const bool surely_long_enough = !rules.min_length || text.size() / 4 >= *rules.min_length;
  const bool surely_short_enough = !rules.max_length || text.size() <= *rules.max_length;
  return (surely_long_enough && surely_short_enough) ||
         within(characters(text), rules.min_length, rules.max_length);
}

bool fits(const Rules& rules, std::string_view text) {
  return (rules.allowed_text.empty() || allows(rules, canonical(text))) &&
         has_length(rules, text) &&
         (!rules.pattern || RE2::PartialMatch({text.data(), text.size()}, *rules.pattern)) &&
         (!rules.format || has_format(*rules.format, text));
}

template <class Number>  // std::int64_t or double
bool fits(const Rules& rules, Number exact) {
  const auto number = static_cast<long double>(exact);
  return (rules.allowed_text.empty() || allows(rules, canonical(exact))) &&
         (!rules.minimum || number >= rules.minimum->value) &&
         (!rules.maximum || number <= rules.maximum->value) &&
         (!rules.exclusive_minimum || number > rules.exclusive_minimum->value) &&
         (!rules.exclusive_maximum || number < rules.exclusive_maximum->value) &&
         (!rules.multiple_of || is_multiple(Decimal::from(exact), *rules.multiple_of));
}

struct Literal {  // true, false or null
  std::string_view text;
};

bool fits(const Rules& rules, Literal literal) {
  return rules.allowed_text.empty() || allows(rules, literal.text);
}

/// The handler of Boost.JSON's parser. It keeps the limits that `Fence` keeps, and stops at the
/// first thing that is not known to fit.
class Walk {
 public:
  static constexpr std::size_t max_array_size = Fence::max_array_size;
  static constexpr std::size_t max_object_size = Fence::max_object_size;
  static constexpr std::size_t max_string_size = Fence::max_string_size;
  static constexpr std::size_t max_key_size = Fence::max_key_size;

  using Error = Fence::Error;
  using Text = Fence::Text;

  Walk(const QuickPlan& plan, const Limits& limits)
      : plan_(plan), limits_(limits), following_(plan.slots(), 0) {}

  void begin(std::string_view document) {
    document_ = document;
    levels_.clear();
    levels_.push_back({.next = &plan_.root()});
    values_ = 0;
    seen_.clear();
    unnamed_.clear();
    text_.clear();
  }

  /// The full check takes a step for each schema and value, one for a member, and one for each 100
  /// bytes of a text that it counts or compares: so not more than this.
  bool within_steps() const {
    return plan_.most_schemas() * (3 * values_ + document_.size() / 50) <= limits_.steps;
  }

  bool on_document_begin(Error&) { return true; }
  bool on_document_end(Error&) { return true; }

  bool on_object_begin(Error& error) {
    const Place* place = take_value(kind_object);
    if (place == nullptr || !enter({.place = place,
                                    .slot = place->first_slot,
                                    .first_seen = seen_.size(),
                                    .first_unnamed = unnamed_.size()}))
      return stop(error);
    seen_.resize(seen_.size() + place->required.size());
    return true;
  }

  bool on_object_end(std::size_t count, Error& error) {
    const Level& level = levels_.back();
    const Place& place = *level.place;
    for (std::size_t i = 0; i < place.required.size(); ++i) {
      if ((place.required[i] & ~seen_[level.first_seen + i]) != 0) return stop(error);
    }
    if (one_stands_twice(level.first_unnamed)) return stop(error);
    for (const Rules* rules : place.rules) {
      if (!rules->allowed_text.empty() ||
          !within(count, rules->min_properties, rules->max_properties))
        return stop(error);
    }
    seen_.resize(level.first_seen);
    levels_.pop_back();
    return true;
  }

  bool on_array_begin(Error& error) {
    const Place* place = take_value(kind_array);
    return (place != nullptr && enter({.place = place, .next = place->items})) || stop(error);
  }

  bool on_array_end(std::size_t count, Error& error) {
    for (const Rules* rules : levels_.back().place->rules) {
      if (!rules->allowed_text.empty() || !within(count, rules->min_items, rules->max_items))
        return stop(error);
    }
    levels_.pop_back();
    return true;
  }

  bool on_key_part(Text part, std::size_t total, Error& error) {
    return add_part(part, total, error);
  }

  bool on_key(Text rest, std::size_t total, Error& error) {
    std::string_view name = whole(rest);
    const bool good = is_good(name, total) && take_member(name);
    text_.clear();
    return good || stop(error);
  }

  bool on_string_part(Text part, std::size_t total, Error& error) {
    return add_part(part, total, error);
  }

  bool on_string(Text rest, std::size_t total, Error& error) {
    const std::string_view text = whole(rest);
    const bool good = is_good(text, total) && fits_here(kind_string, text);
    text_.clear();
    return good || stop(error);
  }

  bool on_number_part(Text, Error& error) { return stop(error); }  // comes only where a text ends

  bool on_int64(std::int64_t value, Text, Error& error) {
    return fits_here(kind_integer, value) || stop(error);
  }
  bool on_uint64(std::uint64_t, Text, Error& error) { return stop(error); }

  bool on_double(double, Text text, Error& error) {
    const auto number = read_decimal({text.data(), text.size()});
    if (!number) return stop(error);
    const auto* integer = std::get_if<std::int64_t>(&*number);
    return (integer != nullptr ? fits_here(kind_integer, *integer)
                               : fits_here(kind_fraction, std::get<double>(*number))) ||
           stop(error);
  }

  bool on_bool(bool value, Error& error) {
    return fits_here(kind_boolean, Literal{value ? "true" : "false"}) || stop(error);
  }
  bool on_null(Error& error) { return fits_here(kind_null, Literal{"null"}) || stop(error); }
  bool on_comment_part(Text, Error&) { return true; }
  bool on_comment(Text, Error&) { return true; }

 private:
  struct Level {  // one open object or list; the first is the document's own
    const Place* place = nullptr;
    const Place* next = nullptr;  // of the value that comes next
    std::size_t members = 0;
    std::size_t slot = 0;        // of the member that was here last
    std::size_t first_seen = 0;  // of this object's bits in `seen_`
    std::size_t first_unnamed = 0;
  };

  static bool stop(Error& error) {
    error = boost::json::error::exception;  // any
    return false;
  }

  /// The place where the next value stands; null: none of this kind gets through there.
  const Place* take_value(std::uint8_t kind) {
    const Place* place = levels_.back().next;
    return ++values_ <= limits_.items && (place->kinds & kind) != 0 ? place : nullptr;
  }

  template <class Value>
  bool fits_here(std::uint8_t kind, Value value) {
    const Place* place = take_value(kind);
    return place != nullptr && std::all_of(place->rules.begin(), place->rules.end(),
                                           [&](const Rules* rules) { return fits(*rules, value); });
  }

  bool enter(const Level& level) {
    if (levels_.size() > limits_.depth) return false;
    levels_.push_back(level);
    return true;
  }

  bool add_part(Text part, std::size_t total, Error& error) {
    if (total > limits_.string) return stop(error);
    text_.append(part.data(), part.size());
    return true;
  }

  std::string_view whole(Text rest) {
    if (text_.empty()) return {rest.data(), rest.size()};
    return text_.append(rest.data(), rest.size());
  }

  bool is_good(std::string_view text, std::size_t size) const {
    if (size > limits_.string) return false;
    // Only an escape can be U+0000, and a text with escapes is not lent from the document.
    const std::less_equal<const char*> before;
    const bool lent = before(document_.data(), text.data()) &&
                      before(text.data(), document_.data() + document_.size());
    return lent || text.find('\0') == text.npos;
  }

  /// Finds the place of a member. Messages mostly have their members in the same order, so the one
  /// that came next the last time is tried first.
  bool take_member(std::string_view name) {
    Level& level = levels_.back();
    const Place& place = *level.place;
    if (level.members++ == limits_.members) return false;
    std::size_t index = following_[level.slot];
    if (index >= place.members.size() || place.members[index].name != name) {
      const auto known = place.indexes.find(name);
      if (known == place.indexes.end()) {
        unnamed_.push_back(QuickPlan::Hash()(name));
        level.next = place.others;
        return true;
      }
      index = known->second;
      following_[level.slot] = index;
    }
    std::uint64_t& seen = seen_[level.first_seen + index / 64];
    const std::uint64_t bit = std::uint64_t{1} << index % 64;
    if ((seen & bit) != 0) return false;
    seen |= bit;
    level.slot = place.first_slot + 1 + index;
    level.next = place.members[index].place;
    return true;
  }

  /// Whether two members without a name in the plan have the same one, or at least the same hash.
  bool one_stands_twice(std::size_t first) {
    const auto begin = unnamed_.begin() + static_cast<std::ptrdiff_t>(first);
    if (unnamed_.end() - begin > 1) std::sort(begin, unnamed_.end());
    const bool twice = std::adjacent_find(begin, unnamed_.end()) != unnamed_.end();
    unnamed_.resize(first);
    return twice;
  }

  const QuickPlan& plan_;
  Limits limits_;
  std::vector<std::size_t> following_;  // by slot: the index of the member that came next
  std::string_view document_{};
  std::vector<Level> levels_{};
  std::size_t values_ = 0;
  std::vector<std::uint64_t> seen_{};   // of each open object: a bit for each member of its place
  std::vector<std::size_t> unnamed_{};  // of each open object: hashes of its other members' names
  std::string text_{};                  // the parts of a string or name with escapes
};

boost::json::parse_options strict(std::size_t depth) {
  boost::json::parse_options options;
  options.max_depth = depth + 1;
  return options;
}

}  // namespace

struct QuickCheck::Parts {
  Parts(const QuickPlan& plan, const Limits& its_limits)
      : limits(its_limits), parser(strict(its_limits.depth), plan, its_limits) {}

  Limits limits;
  boost::json::basic_parser<Walk> parser;
};

QuickCheck::QuickCheck(const QuickPlan& plan, const Limits& limits)
    : parts_(std::make_unique<Parts>(plan, limits)) {}

QuickCheck::~QuickCheck() = default;

bool QuickCheck::fits(std::string_view bytes) {
  auto& [limits, parser] = *parts_;
  if (bytes.size() > limits.bytes) return false;
  parser.reset();
  parser.handler().begin(bytes);
  boost::json::error_code error;
  const std::size_t end = parser.write_some(false, bytes.data(), bytes.size(), error);
  return !error && end == bytes.size() && parser.handler().within_steps();
}

}  // namespace weir::json_schema_validate
