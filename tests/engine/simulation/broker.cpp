#include "broker.hpp"

#include <algorithm>

namespace weir::simulation {
namespace {

using namespace std::chrono_literals;

constexpr auto session = 1s;            // a member is expelled that was not heard of for so long
constexpr auto longest_rebalance = 3s;  // so is one that does not give up its partitions

}  // namespace

std::uint64_t Broker::join(const Process& process) {
  const std::uint64_t member = ++joined_;
  members_.emplace(member, Member{&process, Phase::waits, simulation_.now(), {}});
  rebalance();
  return member;
}

void Broker::leave(std::uint64_t member) {
  if (members_.erase(member) > 0) rebalance();
}

void Broker::forget(const Process& process) {
  for (auto& [number, member] : members_) {
    if (member.process == &process) member.process = nullptr;
  }
}

void Broker::rebalance() {
  if (!rebalancing_since_) rebalancing_since_ = simulation_.now();
  for (auto& [number, member] : members_)
    member.phase = member.partitions.empty() ? Phase::waits : Phase::gives_up;
}

void Broker::look_for_silent_ones() {
  const Time now = simulation_.now();
  const bool too_long = rebalancing_since_ && now > *rebalancing_since_ + longest_rebalance;
  bool expelled = false;
  for (auto member = members_.begin(); member != members_.end();) {
    const Process* process = member->second.process;
    if (process != nullptr && !process->dead() && !process->stopped()) member->second.seen = now;
    const bool silent = now > member->second.seen + session;
    if (silent || (too_long && member->second.phase == Phase::gives_up)) {
      member = members_.erase(member);
      expelled = true;
    } else {
      ++member;
    }
  }
  if (expelled) rebalance();
}

void Broker::assign_when_all_wait() {
  if (!rebalancing_since_ || members_.empty()) return;
  const bool all_wait = std::ranges::all_of(
      members_, [](const auto& member) { return member.second.phase == Phase::waits; });
  if (!all_wait) return;
  rebalancing_since_.reset();
  for (std::size_t partition = 0; partition < log_.partitions(); ++partition) {
    auto chosen = members_.begin();
    std::advance(chosen, simulation_.chance().below(members_.size()));
    chosen->second.partitions.push_back(partition);
  }
  for (auto& [number, member] : members_) member.phase = Phase::assigned;
}

Broker::Call Broker::hear(std::uint64_t number) {
  look_for_silent_ones();
  assign_when_all_wait();
  const auto member = members_.find(number);
  if (member == members_.end()) return Call::expelled;
  switch (member->second.phase) {
    case Phase::waits:
    case Phase::owns:
      return Call::nothing;
    case Phase::assigned:
      return Call::take_on;
    case Phase::gives_up:
      return Call::give_up;
  }
  return Call::nothing;
}

std::vector<std::size_t> Broker::partitions(std::uint64_t number) {
  Member& member = members_.at(number);
  member.phase = Phase::owns;
  return member.partitions;
}

void Broker::give_up(std::uint64_t number) {
  const auto member = members_.find(number);
  if (member == members_.end()) return;
  member->second.partitions.clear();
  member->second.phase = Phase::waits;
  if (!rebalancing_since_) rebalance();
}

void Broker::commit(std::uint64_t number, std::size_t partition, std::int64_t position) {
  const auto member = members_.find(number);
  if (member == members_.end()) return;
  const auto& owned = member->second.partitions;
  if (std::ranges::find(owned, partition) != owned.end()) committed_[partition] = position;
}

}  // namespace weir::simulation
