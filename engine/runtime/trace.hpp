#pragma once

#include "engine/runtime/edit_log.hpp"
#include "engine/runtime/ending.hpp"
#include "engine/runtime/lane.hpp"
#include "engine/runtime/noted.hpp"
#include "engine/runtime/ring.hpp"
#include "engine/runtime/traced.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace weir {

/// What happened to the last messages of a pipeline, from memory: 64 bytes a message, and 88 and 16
/// a step for each batch. So 100,000 messages take 8 MiB, and with 3 steps at most 17 MiB more,
/// where each batch is of a single message; 4 MiB more where thousands were rejected. Nothing is
/// allocated once as many are kept as ever will be.
///
/// The source takes the lock for a moment when it has read something, a shard after each step and
/// at the end of a batch; who asks takes it for some thousand messages at a time. [any]
class Trace {
 public:
  using Number = std::uint64_t;

  explicit Trace(std::vector<std::string> steps, std::size_t most_messages = 100'000)
      : steps_(std::move(steps)), most_(most_messages) {}

  /// What became of one message at a step, where it did not just pass.
  struct Change {
    Number message;
    MessageFate fate;
    const Reject* reject;  ///< of a rejected one, borrowed
  };
  /// A step that was done with a batch.
  struct Done {
    std::span<const Number> batches;  ///< that the shard has in hand: the batch, and what was
                                      ///< inserted into it
    std::size_t step = 0;
    Scheduler::Wall at{};
    double seconds = 0;
    std::span<const Change> changes{};
    std::span<const std::pair<std::size_t, weir_message>> inserted{};
  };
  /// Messages that were read, before anybody works on them.
  Noted read(const std::shared_ptr<Lane>& lane, std::span<const weir_message> messages,
             std::int64_t commit_to, Scheduler::Wall at);
  /// What the step has inserted, if anything.
  Noted done(const Done& step);
  void settled(std::span<const Number> batches, Ending::Kind kind, Scheduler::Wall at);
  void committed(std::uint64_t lane, std::int64_t position, Scheduler::Wall at);
  /// What is not settled of the lane comes again, elsewhere or another time.
  void lost(std::uint64_t lane, Scheduler::Wall at);
  /// The same for all lanes.
  void end(Scheduler::Wall at);

  /// The newest first, at most so many.
  std::vector<TracedMessage> find(const TraceQuery& query, std::size_t most) const;

  /// Bytes that the notes take now.
  std::size_t memory() const;

 private:
  static constexpr std::uint16_t no_step = 0xffff;
  static constexpr std::size_t most_rejects = 8192;  // with their texts
  static constexpr std::size_t inline_key = 44;      // bytes of a key; longer ones are hashed

  struct MessageNote {  // 64 bytes
    std::int64_t position;
    std::uint32_t replaced;  // a bit for each of the first 32 steps
    std::uint32_t reject;    // the lower half of its number
    std::uint16_t end_step;  // where it was rejected or dropped
    MessageFate end_fate;
    std::uint8_t key_size;  // or absent_key, long_key
    std::array<char, inline_key> key;
  };
  static_assert(sizeof(MessageNote) == 64);
  static constexpr std::uint8_t absent_key = 0xff, long_key = 0xfe;

  struct BatchNote {
    std::shared_ptr<const std::string> origin;  // the lane's own: shared, so that it is not copied
    Number first, previous;                     // message; batch of the same lane
    std::uint64_t lane;
    std::int64_t commit_to;
    Scheduler::Wall read, settled, committed;  // of the last two, the epoch: not yet
    std::uint32_t count;
    std::uint16_t born;  // the step that inserted it
    std::optional<Ending::Kind> ending;
  };
  struct StepNote {
    Scheduler::Wall at;  // the epoch: not yet
    float seconds;
  };
  struct RejectNote {  // 512 bytes
    std::uint16_t code_size, reason_size, pointer_size;
    bool has_pointer;
    std::array<char, 504> texts;
  };

  void make_room(std::size_t messages);
  void add_message(const weir_message& message);
  BatchNote& add_batch(std::uint64_t lane, std::size_t messages);
  static void write_key(MessageNote& note, weir_view key);
  static bool has_key(const MessageNote& note, std::string_view key, std::uint64_t hash);
  static std::optional<std::string> key_of(const MessageNote& note);
  static void give_up(BatchNote& batch, Scheduler::Wall at);
  void apply(std::size_t step, const Change& change);
  std::uint32_t keep(const Reject& reject);
  StepNote& step_note(Number batch, std::size_t step) {
    return step_notes_[step_number(batch, step)];
  }
  Number step_number(Number batch, std::size_t step) const {
    return Ring<StepNote>::first_number + (batch - Ring<BatchNote>::first_number) * steps_.size() +
           step;
  }
  Number batch_of(Number message) const;
  void tell_reject(const MessageNote& note, TracedStage& stage) const;
  TracedMessage told(Number number, Number batch) const;

  const std::vector<std::string> steps_;
  const std::size_t most_;

  mutable std::mutex mutex_;  // guards all below
  Ring<MessageNote> messages_;
  Ring<BatchNote> batches_;
  Ring<StepNote> step_notes_;  // for each batch one a step
  Ring<RejectNote> rejects_;
  std::map<std::uint64_t, Number> newest_;  // batch of each lane
};

}  // namespace weir
