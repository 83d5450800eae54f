/// What a source hands over in a test.
#pragma once

#include <weir/abi.h>
#include <weir/stage.hpp>
#include <weir/testing/edit.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace weir::testing {

/// One call of emit: messages of one lane, copied.
struct EmittedSlice {
  std::uint64_t lane = 0;
  std::string origin;
  std::int64_t first = 0;
  std::int64_t commit_to = 0;
  std::vector<Output> messages;
};

/// What one poll brought.
struct Emitted {
  weir_status status = WEIR_OK;
  std::string error{};
  std::vector<EmittedSlice> slices{};

  bool ok() const { return status == WEIR_OK; }
  bool ended() const { return status == WEIR_END; }
  /// The messages of all slices, in the order of the calls.
  std::vector<Output> messages() const {
    std::vector<Output> all;
    for (const EmittedSlice& slice : slices)
      all.insert(all.end(), slice.messages.begin(), slice.messages.end());
    return all;
  }
};

namespace detail {

/// Behind a `weir_emit`: room, memories and the ledger of a source's lanes.
class TestEmit {
 public:
  TestEmit() : raw_{{sizeof(weir_emit), &room, &messages}, this} {}
  ~TestEmit() { release_all(); }
  TestEmit(const TestEmit&) = delete;
  TestEmit& operator=(const TestEmit&) = delete;

  weir_emit& raw() { return raw_.table; }

  bool stopping = false;

  void set_room(std::uint64_t lane, std::size_t messages) { room_[lane] = messages; }
  void forget(std::uint64_t lane) { reached_.erase(lane); }
  /// Where the lane goes on after what was emitted, if anything was.
  std::optional<std::int64_t> reached(std::uint64_t lane) const {
    const auto found = reached_.find(lane);
    if (found == reached_.end()) return std::nullopt;
    return found->second;
  }

  void release_all() {
    for (const weir_memory& memory : std::exchange(memories_, {})) {
      if (memory.release != nullptr) memory.release(memory.owner);
    }
  }

  Emitted taken(weir_status status, const weir_error& error) {
    Emitted emitted{status, error.text, std::exchange(slices_, {})};
    if (!misuse_.empty()) {
      emitted.status = WEIR_FAILED;
      emitted.error = std::exchange(misuse_, {});
    }
    return emitted;
  }

 private:
  struct Raw {  // the table first: a pointer to it is a pointer to this
    weir_emit table;
    TestEmit* self;
  };
  static TestEmit& of(weir_emit* raw) { return *reinterpret_cast<Raw*>(raw)->self; }

  std::size_t left(std::uint64_t lane) const {
    const auto found = room_.find(lane);
    return found == room_.end() ? std::numeric_limits<std::size_t>::max() : found->second;
  }

  static std::size_t room(weir_emit* raw, std::uint64_t lane) { return of(raw).left(lane); }

  static bool messages(weir_emit* raw, const weir_batch* batch, weir_memory memory) {
    TestEmit& self = of(raw);
    if (self.stopping) return false;
    self.check(*batch);
    EmittedSlice slice{
        batch->lane, std::string(text(batch->origin)), batch->first, batch->commit_to, {}};
    for (std::size_t i = 0; i < batch->count; ++i)
      slice.messages.push_back(copied(batch->messages[i]));
    self.slices_.push_back(std::move(slice));
    self.reached_[batch->lane] = batch->commit_to;
    if (const auto limit = self.room_.find(batch->lane); limit != self.room_.end()) {
      limit->second -= std::min(limit->second, batch->count);
    }
    self.memories_.push_back(memory);
    return true;
  }

  /// The promises of a source: no lane beyond its room, and positions that go on from where the
  /// lane stood.
  void check(const weir_batch& batch) {
    const std::string lane = "lane " + std::to_string(batch.lane);
    if (batch.count > left(batch.lane))
      misuse_ = lane + ": more messages were emitted than it has room for";
    if (const auto at = reached(batch.lane); at && *at != batch.first) {
      misuse_ = lane + ": a slice starts at " + std::to_string(batch.first) +
                ", the one before ended at " + std::to_string(*at);
    }
    std::int64_t lowest = batch.first;
    for (std::size_t i = 0; i < batch.count; ++i) {
      const std::int64_t position = batch.messages[i].position;
      if (position < lowest || position >= batch.commit_to) {
        misuse_ = lane + ": position " + std::to_string(position) +
                  " is out of order, or not before its commit_to " +
                  std::to_string(batch.commit_to);
      }
      lowest = position + 1;
    }
  }

  Raw raw_;
  std::map<std::uint64_t, std::size_t> room_;
  std::map<std::uint64_t, std::int64_t> reached_;
  std::vector<EmittedSlice> slices_;
  std::vector<weir_memory> memories_;
  std::string misuse_;
};

}  // namespace detail
}  // namespace weir::testing
