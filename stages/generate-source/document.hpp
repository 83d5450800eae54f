#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::generate_source {

/// A message's value as text, and where the members of its outermost object stand in it.
struct Document {
  struct Member {
    std::size_t begin = 0;  ///< of its name
    std::size_t value = 0;
    std::size_t end = 0;  ///< behind its value
  };

  std::string text;
  std::vector<Member> members;
  std::optional<std::string> key;

  std::string_view value_of(const Member& member) const;
  // One change a document: the members are forgotten with it.
  void replace_value(std::size_t index, std::string_view value);
  void remove(std::size_t index);
};

}  // namespace weir::generate_source
