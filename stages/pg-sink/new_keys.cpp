#include "new_keys.hpp"

#include <algorithm>

namespace weir::pg_sink {

void NewKeys::refute() {
  pause_ = next_pause_;
  next_pause_ = std::min(next_pause_ * 2, longest_pause);
}

void NewKeys::observe(bool all_inserted) {
  if (pause_ == 0) return;
  --pause_;
  if (all_inserted) pause_ /= 2;
}

}  // namespace weir::pg_sink
