#pragma once

#include "engine/runtime/letter_keeper.hpp"
#include "engine/runtime/letter_query.hpp"

#include <cstdint>
#include <vector>

namespace weir {

/// Looks for letters in the first stage of a reject route that keeps them. Takes some seconds at
/// most; holds no lock while it asks the stage. [any]
class LetterSearch {
 public:
  LetterSearch(const std::vector<const Stage*>& rejects, const Scheduler& scheduler);

  LetterPage find(const LetterQuery& query) const;

 private:
  class Reading;
  LetterPage at(std::uint64_t place) const;
  LetterPage list(const LetterQuery& query) const;

  std::optional<LetterKeeper> keeper_;
  const Scheduler& scheduler_;
};

}  // namespace weir
