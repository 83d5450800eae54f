#include "engine/runtime/stage_taps.hpp"

#include <utility>

namespace weir {

void StageTaps::show(const Passage& passage) const {
  for (const auto& tap : taps()) tap->see(passage);
}

std::shared_ptr<Tap> StageTaps::open(std::string filter) {
  const std::scoped_lock lock(mutex_);
  if (over_ || taps_.size() >= most) return nullptr;
  taps_.push_back(std::make_shared<Tap>(std::move(filter), scheduler_));
  watched_.store(true, std::memory_order_relaxed);
  return taps_.back();
}

void StageTaps::close(const std::shared_ptr<Tap>& tap) {
  const std::scoped_lock lock(mutex_);
  std::erase(taps_, tap);
  watched_.store(!taps_.empty(), std::memory_order_relaxed);
}

void StageTaps::end() {
  const std::scoped_lock lock(mutex_);
  over_ = true;
  for (const auto& tap : taps_) tap->end();
}

}  // namespace weir
