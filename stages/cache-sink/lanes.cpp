#include "lanes.hpp"

namespace weir::cache_sink {
namespace {

constexpr std::int64_t none_kept = -1;

}  // namespace

Lanes::Lanes(std::function<void(const Origin&)> forget) : forget_(std::move(forget)) {
  // Until a position is seen, none may be kept, and then nobody else is expected to write.
  held({}).origin.hold(0);
}

const Origin& Lanes::origin(std::string_view name) { return held(name).origin; }

Lanes::Held& Lanes::held(std::string_view name) {
  const std::lock_guard lock(mutex_);
  const auto found = origins_.find(name);
  if (found != origins_.end()) return found->second;
  return origins_.try_emplace(std::string(name), std::string(name), noted_).first->second;
}

void Lanes::note(const Positions& positions) {
  const std::lock_guard one_at_a_time(changes_);
  {
    const std::lock_guard lock(mutex_);
    noted_ = none_kept;
    for (auto& [name, held] : origins_) held.noted = none_kept;
  }
  for (const auto& [name, next] : positions) held(name).noted = next;
  if (!positions.empty()) see_positions();
}

void Lanes::gain(std::uint64_t lane, std::string_view origin, std::int64_t next) {
  const std::lock_guard one_at_a_time(changes_);
  told_ = true;
  if (next != none_kept) see_positions();
  take(held(origin), lane, next);
}

void Lanes::lose(std::uint64_t lane, std::string_view origin) {
  const std::lock_guard one_at_a_time(changes_);
  Held& held = this->held(origin);
  held.lost = lane;
  if (held.origin.is_ours() && !held.origin.is_held_by(lane)) return;  // a newer lane has it
  held.noted.reset();
  if (held.origin.known()) held.origin.release();
  forget_(held.origin);
}

void Lanes::meet(std::uint64_t lane, const Origin& origin) {
  if (told_ || origin.is_held_by(lane)) return;
  const std::lock_guard one_at_a_time(changes_);
  Held& held = this->held(origin.name());
  if (told_ || held.lost == lane || origin.is_held_by(lane)) return;
  take(held, lane, none_kept);
}

/// What is held of the origin stays only if nobody has written since the store was read. In between
/// it is nobody's, so that nothing of an earlier lane comes in after the others were dropped.
void Lanes::take(Held& held, std::uint64_t lane, std::int64_t next) {
  if (!held.origin.known()) return;
  const bool is_true = held.noted == next;
  held.noted.reset();
  held.origin.release();
  if (!is_true) forget_(held.origin);
  held.origin.hold(lane);
}

/// Others write too, so documents of unknown origin may be theirs.
void Lanes::see_positions() { held({}).origin.release(); }

}  // namespace weir::cache_sink
