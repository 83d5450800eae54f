#include "difference.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "decimal.hpp"
#include "pointer.hpp"

namespace weir::pg_sink {
namespace {

bool same_number(std::string_view a, std::string_view b) {
  if (a == b) return true;
  const auto left = Decimal::parse(a);
  const auto right = Decimal::parse(b);
  return left && right && left->negative == right->negative && left->digits == right->digits &&
         left->exponent == right->exponent;
}

/// Walks two documents side by side, and remembers the way to the first difference.
class Comparison {
 public:
  Comparison(const Document& expected, const Document& actual)
      : expected_(expected), actual_(actual) {}

  bool same(const Value& a, const Value& b) {
    if (a.kind != b.kind) return false;
    switch (a.kind) {
      case Kind::null:
        return true;
      case Kind::boolean:
        return a.truth == b.truth;
      case Kind::number:
        return same_number(a.text, b.text);
      case Kind::string:
        return a.text == b.text;
      case Kind::object:
        return same_members(a, b);
      case Kind::array:
        return same_elements(a, b);
    }
    return false;
  }
  std::string pointer() const {
    std::string text;
    for (auto part = way_.rbegin(); part != way_.rend(); ++part) append_part(text, *part);
    return text;
  }

 private:
  bool same_members(const Value& a, const Value& b) {
    std::size_t count = 0;
    auto expected_place = actual_.index(b) + 1;  // most documents have one order of members
    for (auto i = expected_.index(a) + 1; i < a.next; i = expected_[i].next, ++count) {
      const Value* other = find(b, expected_[i].name, expected_place);
      if (other != nullptr && same(expected_[i], *other)) continue;
      way_.emplace_back(expected_[i].name);
      return false;
    }
    // No name stands twice in an object, so that one with more members has another one.
    for (auto i = actual_.index(b) + 1; i < b.next; i = actual_[i].next) {
      if (count-- > 0) continue;
      way_.emplace_back(added(a, b));
      return false;
    }
    return true;
  }

  /// Looked for first at `place`, which is moved behind it.
  const Value* find(const Value& object, std::string_view name, std::uint32_t& place) const {
    const bool there = place < object.next && actual_[place].name == name;
    const Value* found = there ? &actual_[place] : actual_.member(object, name);
    if (found != nullptr) place = found->next;
    return found;
  }

  bool same_elements(const Value& a, const Value& b) {
    auto j = actual_.index(b) + 1;
    std::size_t place = 0;
    for (auto i = expected_.index(a) + 1; i < a.next; i = expected_[i].next, ++place) {
      const bool there = j < b.next;
      if (!there || !same(expected_[i], actual_[j])) {
        way_.push_back(std::to_string(place));
        return false;
      }
      j = actual_[j].next;
    }
    if (j < b.next) way_.push_back(std::to_string(place));
    return j >= b.next;
  }

  /// The first member of `b` that `a` does not have.
  std::string_view added(const Value& a, const Value& b) const {
    for (auto i = actual_.index(b) + 1; i < b.next; i = actual_[i].next) {
      if (expected_.member(a, actual_[i].name) == nullptr) return actual_[i].name;
    }
    return {};
  }

  const Document& expected_;
  const Document& actual_;
  std::vector<std::string> way_{};  // innermost part first
};

}  // namespace

std::optional<std::string> difference(const Document& expected, const Document& actual) {
  Comparison comparison(expected, actual);
  if (comparison.same(expected[Document::root], actual[Document::root])) return std::nullopt;
  return comparison.pointer();
}

}  // namespace weir::pg_sink
