#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "draft.hpp"
#include "value.hpp"

namespace weir::generate_source {

/// What stands between {{ and }}: a word such as `int`, and what it needs. Immutable.
class Expression {
 public:
  /// Throws std::runtime_error for an unknown word or the wrong arguments.
  static Expression parse(std::string_view text);

  /// A sum takes members that come later, so it is worked out by the draft.
  bool is_sum() const { return sum_; }
  const std::vector<std::string>& words() const { return arguments_.words; }

  Value draw(Draft& draft) const { return draw_(arguments_, draft); }

 private:
  struct Arguments {
    std::vector<std::string> words;
    std::vector<std::int64_t> numbers;  // the same, where they must be integers
  };
  using Draw = Value (*)(const Arguments& arguments, Draft& draft);
  struct Word;

  Expression() = default;

  Arguments arguments_;
  Draw draw_ = nullptr;
  bool sum_ = false;
};

/// The arguments of "{{repeat 1 4}}", the first element of an array whose other elements are
/// repeated.
struct Repetition {
  std::size_t least = 0;
  std::size_t most = 0;
};
/// Throws std::runtime_error for the wrong arguments; nothing where the text is no repetition.
std::optional<Repetition> parse_repetition(std::string_view text);

}  // namespace weir::generate_source
