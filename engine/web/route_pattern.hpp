#pragma once

#include "engine/web/target.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace weir::web {

/// A path with names for some of its segments, such as "/thing/{id}"; a value.
class RoutePattern {
 public:
  /// Throws std::invalid_argument where the text is not a pattern, or begins with a word that the
  /// engine serves itself.
  explicit RoutePattern(std::string_view text);

  bool matches(const Target& target) const;

  /// The values of the names, in the pattern's order, borrowed from the target.
  void values(const Target& target, std::vector<std::string_view>& out) const;

  const std::string& text() const { return text_; }

  /// Equal for two patterns that match the same paths; sorts a literal segment before a name.
  const std::string& shape() const { return shape_; }

 private:
  struct Segment {
    bool name = false;
    std::string text;
  };
  void add_segment(std::string_view segment);
  [[noreturn]] void refuse(std::string_view why) const;

  std::string text_, shape_;
  std::vector<Segment> segments_;
};

}  // namespace weir::web
