#pragma once

#include "engine/runtime/scheduler.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

/// What a stage did to a message.
enum class MessageFate : std::uint8_t { passed, replaced, dropped, rejected, inserted };

constexpr const char* to_string(MessageFate fate) {
  switch (fate) {
    case MessageFate::passed:
      return "passed";
    case MessageFate::replaced:
      return "replaced";
    case MessageFate::dropped:
      return "dropped";
    case MessageFate::rejected:
      return "rejected";
    case MessageFate::inserted:
      return "inserted";
  }
  return "unknown";
}

/// One message's time at one stage; a value.
struct TracedStage {
  std::string stage;
  MessageFate fate = MessageFate::passed;
  std::optional<std::string> code, reason, pointer;  ///< of a reject
  double seconds = 0;    ///< that its batch spent there, with all tries and waits
  Scheduler::Wall at{};  ///< when the stage was done with it

  bool operator==(const TracedStage&) const = default;
};

/// How a message's way has ended, or that it has not. failed: it was not settled, and comes again.
enum class TraceOutcome { in_flight, stored, rejected, dropped, failed };

constexpr const char* to_string(TraceOutcome outcome) {
  switch (outcome) {
    case TraceOutcome::in_flight:
      return "in flight";
    case TraceOutcome::stored:
      return "stored";
    case TraceOutcome::rejected:
      return "rejected";
    case TraceOutcome::dropped:
      return "dropped";
    case TraceOutcome::failed:
      return "failed";
  }
  return "unknown";
}

/// What happened to one message; a value.
struct TracedMessage {
  std::string origin;
  std::int64_t position = 0;
  std::optional<std::string> key;  ///< of a long one its beginning, with an ellipsis
  bool key_cut = false;            ///< so it is
  Scheduler::Wall read_at{};
  std::vector<TracedStage> stages;
  std::optional<Scheduler::Wall> settled_at, committed_at;
  TraceOutcome outcome = TraceOutcome::in_flight;

  bool operator==(const TracedMessage&) const = default;
};

/// Which messages are meant: all of a key, or the one at a place.
struct TraceQuery {
  std::optional<std::string> key;
  std::string origin;  ///< the whole of it, or "topic[partition]" for its last two parts
  std::int64_t position = -1;

  /// ORIGIN@POSITION or topic[partition]@position; nothing where it is neither.
  static std::optional<TraceQuery> message(std::string_view text);
  bool is_origin(std::string_view whole) const;
};

}  // namespace weir
