#include "recent_keys.hpp"

#include <iterator>
#include <unordered_set>

namespace weir::cache_sink {

void RecentKeys::add(std::vector<std::string>&& keys) {
  const std::lock_guard lock(mutex_);
  keys_.insert(keys_.end(), std::make_move_iterator(keys.begin()),
               std::make_move_iterator(keys.end()));
  if (keys_.size() > most) keys_.erase(keys_.begin(), keys_.end() - most);
}

std::vector<std::string> RecentKeys::newest_first() const {
  std::vector<std::string> keys;
  {
    const std::lock_guard lock(mutex_);
    keys.assign(keys_.rbegin(), keys_.rend());
  }
  std::unordered_set<std::string> seen;
  std::erase_if(keys, [&seen](const std::string& key) { return !seen.insert(key).second; });
  return keys;
}

void RecentKeys::clear() {
  const std::lock_guard lock(mutex_);
  keys_.clear();
}

}  // namespace weir::cache_sink
