#pragma once

#include "engine/runtime/edit_log.hpp"
#include "engine/runtime/scheduler.hpp"
#include "engine/runtime/traced.hpp"

#include <weir/abi.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir {

/// A message as it passed at a stage; a value, with a copy of its bytes.
struct TappedMessage {
  std::string origin;
  std::int64_t position = 0;
  Scheduler::Wall time{};
  std::optional<std::string> key, value;  ///< the value's first 64 KiB
  std::size_t value_bytes = 0;            ///< of the whole
  bool truncated = false;
  std::vector<std::pair<std::string, std::string>> headers;
  MessageFate fate = MessageFate::passed;
  std::optional<std::string> code, reason, pointer;  ///< of a reject
  std::optional<std::string> edited;                 ///< the new value of a replaced one

  bool operator==(const TappedMessage&) const = default;
};

/// What a stage did with a batch, as its taps see it: borrowed.
struct Passage {
  std::string_view origin;
  std::span<const weir_message> given;
  const EditLog* edits = nullptr;  ///< null: all passed
};

/// One who watches messages pass at a stage. The shards put, and never wait: what is too much is
/// counted instead. One web thread takes. [any]
class Tap {
 public:
  static constexpr std::size_t per_second = 200;  // messages
  static constexpr std::size_t longest_value = 64 * 1024;

  /// Shows only what contains the text, in its key, value or reason; empty: everything.
  Tap(std::string filter, const Scheduler& scheduler)
      : filter_(std::move(filter)), scheduler_(scheduler), second_(scheduler.now()) {}

  void see(const Passage& passage);

  struct Seen {
    std::vector<TappedMessage> messages;
    std::uint64_t skipped = 0;
    bool over = false;  ///< the pipeline has stopped: nothing more will come
  };
  /// What has come since; does not wait.
  Seen take();
  void end() { over_.store(true, std::memory_order_release); }

 private:
  static constexpr std::size_t most_bytes = 4 * 1024 * 1024;  // that wait to be taken

  std::size_t allowed(Scheduler::Time now) const;
  bool wants(const weir_message& message, std::string_view reason) const;

  const std::string filter_;
  const Scheduler& scheduler_;
  std::atomic<bool> over_ = false;
  std::atomic<std::uint64_t> skipped_ = 0;

  mutable std::mutex mutex_;  // guards all below
  Scheduler::Time second_;    // when the present one began
  std::size_t shown_ = 0;     // in it
  std::vector<TappedMessage> waiting_;
  std::size_t bytes_ = 0;
};

}  // namespace weir
