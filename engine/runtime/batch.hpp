#pragma once

#include "engine/runtime/lane.hpp"
#include "engine/runtime/noted.hpp"

#include <weir/abi.h>

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace weir {

/// Payload bytes that a source has lent; given back when the last holder lets go. [any]
class Payload {
 public:
  explicit Payload(weir_memory memory) : memory_(memory) {}
  ~Payload() {
    if (memory_.release != nullptr) memory_.release(memory_.owner);
  }
  Payload(const Payload&) = delete;
  Payload& operator=(const Payload&) = delete;

 private:
  weir_memory memory_;
};

/// Messages of one lane on their way to a shard. Parts of one emission share its payload, hence the
/// shared_ptr.
struct Slice {
  std::shared_ptr<Lane> lane;
  std::vector<weir_message> messages;
  std::shared_ptr<const Payload> payload;
  std::int64_t first;
  std::int64_t commit_to;
  std::size_t bytes;
  Ack ack;
  Noted noted{};  ///< where the trace has its messages
};

/// What a shard works on at once: some slices of one lane. The payloads outlive the ack, so that a
/// source that is told of a commit has its memory back soon after, never before.
struct Batch {
  /// Messages up to `end`, from where the part before ends, are noted there.
  struct Part {
    std::size_t end;
    Noted noted;
  };

  explicit Batch(Slice&& slice)
      : lane(std::move(slice.lane)),
        messages(std::move(slice.messages)),
        first(slice.first),
        commit_to(slice.commit_to),
        ack(std::move(slice.ack)),
        parts{{messages.size(), slice.noted}} {
    payloads.push_back(std::move(slice.payload));
  }

  void append(Slice&& slice) {
    messages.insert(messages.end(), slice.messages.begin(), slice.messages.end());
    if (payloads.back() != slice.payload) payloads.push_back(std::move(slice.payload));
    commit_to = slice.commit_to;
    ack.absorb(std::move(slice.ack));
    parts.push_back({messages.size(), slice.noted});
  }

  std::shared_ptr<Lane> lane;
  std::vector<weir_message> messages;
  std::vector<std::shared_ptr<const Payload>> payloads;
  std::int64_t first;
  std::int64_t commit_to;
  Ack ack;
  std::vector<Part> parts;
};

}  // namespace weir
