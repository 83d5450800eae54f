#include <gtest/gtest.h>

#include <array>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "cache.hpp"

namespace weir::cache_sink {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t origins = 3;
constexpr std::size_t keys_an_origin = 4;
constexpr std::size_t keys = origins * keys_an_origin;

std::string name_of(std::size_t origin) { return "c/t/" + std::to_string(origin); }
std::string key_of(std::size_t key) { return "k" + std::to_string(key); }
std::size_t origin_of(std::size_t key) { return key / keys_an_origin; }

/// What all instances share: each key's versions in the order of their commits, and the positions.
struct Store {
  struct Version {
    std::int64_t position;
    Time until = Time::max();  // when the next one was committed
  };
  std::array<std::vector<Version>, keys> versions{};
  std::array<std::int64_t, origins> next{};

  Lanes::Positions positions() const {
    Lanes::Positions kept;
    for (std::size_t origin = 0; origin < origins; ++origin) {
      if (next[origin] > 0) kept.emplace_back(name_of(origin), next[origin]);
    }
    return kept;
  }
  const Version* of_position(std::size_t key, std::int64_t position) const {
    for (const Version& version : versions[key]) {
      if (version.position == position) return &version;
    }
    return nullptr;
  }
};

/// One instance: its cache, its lanes, what it has committed and not cached yet, and its readers of
/// the store, each of which may be slow at every step.
struct Instance {
  struct Put {
    std::uint64_t lane;
    std::size_t key;
    std::int64_t position;
  };
  struct Reader {
    std::size_t key;
    std::uint64_t lease;
    std::optional<std::int64_t> read{};
  };
  std::unique_ptr<Cache> cache;
  std::array<std::optional<std::uint64_t>, origins> lanes{};
  std::deque<Put> puts;
  std::vector<Reader> readers;
};

/// Two instances that share a store, lanes that move between them politely or by force, restarts,
/// slow readers, late batches; and the promise: what is served of a lane of ours is the newest
/// that was cached or committed before, and anything else was true within the last second.
class TwoInstances {
 public:
  explicit TwoInstances(std::uint32_t seed) : random_(seed) {
    for (Instance& instance : instances_) restart(instance);
  }

  void step() {
    Instance& instance = instances_[random_() % 2];
    const std::size_t key = random_() % keys;
    const std::size_t origin = origin_of(key);
    switch (random_() % 16) {
      case 0:
      case 1:
      case 2:
        return write(instance, key);
      case 3:
      case 4:
        return put_one(instance);
      case 5:
      case 6:
      case 7:
        return look_up(instance, key);
      case 8:
      case 9:
        return read_store(instance);
      case 10:
      case 11:
        return fill(instance);
      case 12:
        if (random_() % 4 == 0) move(instance, origin);
        return;
      case 13:
        if (random_() % 60 == 0) restart(instance);
        return;
      default:
        now_ += std::chrono::milliseconds(random_() % 120);
    }
  }

  int served_ours = 0, served_foreign = 0;

 private:
  DocumentPtr document(Instance& instance, std::size_t key, std::int64_t position) {
    return make_document(key_of(key), std::to_string(position),
                         instance.cache->origin(name_of(origin_of(key))), position, 0);
  }

  void write(Instance& instance, std::size_t key) {
    const std::size_t origin = origin_of(key);
    if (!instance.lanes[origin]) return;
    const std::int64_t position = store_.next[origin]++;
    auto& versions = store_.versions[key];
    if (!versions.empty()) versions.back().until = now_;
    versions.push_back({position});
    instance.puts.push_back({*instance.lanes[origin], key, position});
  }

  /// A lane's batches are cached in their order, but after a loss they may still come.
  void put_one(Instance& instance) {
    if (instance.puts.empty()) return;
    const Instance::Put put = instance.puts.front();
    instance.puts.pop_front();
    const bool ours = instance.lanes[origin_of(put.key)] == put.lane;
    const bool taken = instance.cache->put(put.lane, document(instance, put.key, put.position));
    ASSERT_TRUE(ours || !taken) << "a batch of lane " << put.lane << ", which was lost, was taken";
  }

  void look_up(Instance& instance, std::size_t key) {
    const auto lookup = instance.cache->find(key_of(key));
    if (!lookup.document) {
      instance.readers.push_back({key, lookup.lease});
      return;
    }
    check(instance, key, lookup.document->position);
  }

  void check(const Instance& instance, std::size_t key, std::int64_t position) {
    const Store::Version* version = store_.of_position(key, position);
    ASSERT_NE(version, nullptr) << key_of(key) << " never was at " << position;
    const bool ours = instance.lanes[origin_of(key)].has_value();
    ++(ours ? served_ours : served_foreign);
    if (!ours) {
      ASSERT_GE(version->until, now_ - 1s) << "a foreign entry was served for too long";
      return;
    }
    if (version->until == Time::max()) return;
    for (const Instance::Put& put : instance.puts) {  // it is about to be replaced
      if (put.key == key && put.position > position) return;
    }
    FAIL() << key_of(key) << " of a lane of ours was served as of " << position << " and is at "
           << store_.versions[key].back().position;
  }

  void read_store(Instance& instance) {
    if (instance.readers.empty()) return;
    Instance::Reader& reader = instance.readers[random_() % instance.readers.size()];
    const auto& versions = store_.versions[reader.key];
    if (!reader.read && !versions.empty()) reader.read = versions.back().position;
  }

  void fill(Instance& instance) {
    if (instance.readers.empty()) return;
    const std::size_t at = random_() % instance.readers.size();
    const Instance::Reader reader = instance.readers[at];
    instance.readers.erase(instance.readers.begin() + static_cast<std::ptrdiff_t>(at));
    if (reader.read) {
      instance.cache->fill(reader.lease, document(instance, reader.key, *reader.read));
    }
  }

  /// Takes the lane over. Its holder before hears of it at once: what it serves until it does is
  /// beyond a cache's knowledge.
  void move(Instance& to, std::size_t origin) {
    for (Instance& from : instances_) {
      if (from.lanes[origin]) lose(from, origin);
    }
    if (random_() % 4 == 0) return;  // nobody has it for a while
    to.lanes[origin] = ++lane_;
    to.cache->gained(lane_, name_of(origin), store_.next[origin] == 0 ? -1 : store_.next[origin]);
  }

  void lose(Instance& instance, std::size_t origin) {
    const std::uint64_t lane = *std::exchange(instance.lanes[origin], std::nullopt);
    instance.cache->lost(lane, name_of(origin));
  }

  /// Others write between the positions and the read, and between the read and the first lane.
  void restart(Instance& instance) {
    Instance& other = instances_[&instance == &instances_[0] ? 1 : 0];
    instance = Instance{};
    instance.cache =
        std::make_unique<Cache>(CacheShard::Limits{.entries = 1 + random_() % 20, .bytes = 100'000},
                                [this] { return now_; });
    instance.cache->begin_restore(store_.positions());
    for (std::size_t i = random_() % 4; i > 0; --i) write(other, random_() % keys);
    now_ += std::chrono::milliseconds(random_() % 300);
    std::vector<DocumentPtr> stored;
    for (std::size_t key = 0; key < keys; ++key) {
      if (!store_.versions[key].empty())
        stored.push_back(document(instance, key, store_.versions[key].back().position));
    }
    instance.cache->restore(stored);
    for (std::size_t i = random_() % 4; i > 0; --i) write(other, random_() % keys);
  }

  std::mt19937 random_;
  Time now_{};
  Store store_;
  std::uint64_t lane_ = 0;
  std::array<Instance, 2> instances_{};
};

TEST(CacheOfTwoInstances, ServesNothingStalerThanAllowed) {
  const auto seed = std::random_device{}();
  int ours = 0;
  int foreign = 0;
  for (std::uint32_t run = 0; run < 300; ++run) {
    SCOPED_TRACE("seed " + std::to_string(seed) + ", run " + std::to_string(run));
    TwoInstances two(seed + run);
    for (int step = 0; step < 3'000; ++step) {
      two.step();
      if (HasFatalFailure()) return;
    }
    ours += two.served_ours;
    foreign += two.served_foreign;
  }
  EXPECT_GT(ours, 1'000);
  EXPECT_GT(foreign, 1'000);
}

}  // namespace
}  // namespace weir::cache_sink
