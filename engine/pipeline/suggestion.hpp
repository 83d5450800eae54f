#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weir {

/// The candidate that is nearest to a mistyped word; empty when none is near. [any]
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

/// "did you mean `topic`?" with the nearest candidate; empty when none is near. [any]
std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates);

/// The same, or, when none is near and there are only a few, all of them. [any]
std::string suggest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace weir
