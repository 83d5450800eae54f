#pragma once

#include "engine/runtime/traced.hpp"

#include <weir/abi.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory_resource>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace weir {

/// One message that a step has declared unfit.
struct Reject {
  std::size_t index;
  std::string code, reason;
  std::optional<std::string> pointer;
};

/// What a step wants done to its batch, written down while it runs and applied only when it returns
/// OK: `weir_edit`'s other side. One per step and shard, used again for each batch; used by the
/// shard's thread alone.
class EditLog {
 public:
  /// Makes the rejects so far durable.
  using Flush = std::function<weir_status(weir_error*)>;

  explicit EditLog(Flush flush);
  EditLog(const EditLog&) = delete;
  EditLog& operator=(const EditLog&) = delete;

  /// Starts afresh on these messages, which are borrowed until the next call; all memory of the
  /// last try is gone.
  void begin(std::span<const weir_message> messages);

  weir_edit& raw() { return raw_.table; }

  const std::vector<Reject>& rejects() const { return rejects_; }
  std::size_t dropped() const { return dropped_; }
  /// Behind which message each; in the order of the messages once passed() was called.
  std::span<const std::pair<std::size_t, weir_message>> inserts() const { return inserts_; }
  bool touched() const { return touched_; }
  /// Of each message that was given; only where something was edited.
  std::span<const MessageFate> fates() const { return fates_; }
  /// What the message is now; only where something was edited.
  const weir_message& current(std::size_t index) const { return current_[index]; }
  /// What the step did wrong, such as editing a message that is not there; empty when nothing.
  const std::string& misuse() const { return misuse_; }

  /// The messages that pass on: the given ones where nothing was edited. Borrowed until the next
  /// begin().
  std::span<const weir_message> passed();

 private:
  struct Raw {  // standard layout: the table first, so that a pointer to it is a pointer to this
    weir_edit table;
    EditLog* self;
  };
  static EditLog& of(weir_edit* raw) { return *reinterpret_cast<Raw*>(raw)->self; }
  static weir_edit table();
  bool takes(std::size_t index, const char* what);
  void touch();

  Raw raw_;
  Flush flush_;
  std::span<const weir_message> given_;
  bool touched_ = false;
  std::vector<MessageFate> fates_;
  std::vector<weir_message> current_;  // the given ones with their replacements
  std::vector<std::pair<std::size_t, weir_message>> inserts_;
  std::vector<Reject> rejects_;
  std::size_t dropped_ = 0;
  std::string misuse_;
  std::vector<weir_message> passed_;
  std::pmr::monotonic_buffer_resource arena_;
};

}  // namespace weir
