#pragma once

#include "engine/runtime/lane.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

namespace weir {

/// The lanes that are assigned now. Changed by the source's thread, read by any.
class Lanes {
 public:
  std::shared_ptr<Lane> find(std::uint64_t number) const {
    const std::scoped_lock lock(mutex_);
    const auto lane = lanes_.find(number);
    return lane == lanes_.end() ? nullptr : lane->second;
  }
  void add(std::shared_ptr<Lane> lane) {
    const std::scoped_lock lock(mutex_);
    lanes_.emplace(lane->number(), std::move(lane));
  }
  void remove(std::uint64_t number) {
    const std::scoped_lock lock(mutex_);
    lanes_.erase(number);
  }
  std::vector<std::shared_ptr<Lane>> all() const {
    const std::scoped_lock lock(mutex_);
    std::vector<std::shared_ptr<Lane>> lanes;
    for (const auto& [number, lane] : lanes_) lanes.push_back(lane);
    return lanes;
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::uint64_t, std::shared_ptr<Lane>> lanes_;
};

}  // namespace weir
