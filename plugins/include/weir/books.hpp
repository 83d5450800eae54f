/// What stages show of their books, so that `weir verify` can balance them: messages read again,
/// what became of each, the dead letters; and how a dead letter is replayed.
#pragma once

#include <weir/ext/audit.h>
#include <weir/ext/letters.h>
#include <weir/ext/replay.h>
#include <weir/ext/reread.h>
#include <weir/message.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace weir {

/// A lane, and the positions of it that can be read again. Borrowed.
struct Extent {
  std::string_view origin;
  std::int64_t first = 0;  ///< position of the oldest message that is still there
  std::int64_t end = 0;    ///< behind the newest one
};

/// Borrowed; calls back whoever wants to see lanes. False: no more are wanted.
class VisitExtent {
 public:
  VisitExtent(weir_visit_extent function, void* context) : function_(function), context_(context) {}
  bool operator()(const Extent& extent) const {
    const weir_extent raw{view(extent.origin), extent.first, extent.end};
    return function_(context_, &raw);
  }

 private:
  weir_visit_extent function_;
  void* context_;
};

/// Borrowed; calls back whoever wants to see messages again. False: no more are wanted.
class VisitMessages {
 public:
  VisitMessages(weir_visit_messages function, void* context)
      : function_(function), context_(context) {}
  bool operator()(std::span<const weir_message> messages) const {
    return function_(context_, messages.data(), messages.size());
  }

 private:
  weir_visit_messages function_;
  void* context_;
};

/// What became of a message; see weir_fate.
enum class Fate : weir_fate {
  stored = WEIR_STORED,
  superseded = WEIR_SUPERSEDED,
  rejected = WEIR_REJECTED,
  pending = WEIR_PENDING,
  missing = WEIR_MISSING,
  different = WEIR_DIFFERENT
};

/// What became of a message, and why that is so. Borrowed.
struct Account {
  Fate fate = Fate::missing;
  std::optional<std::string_view> code{};  ///< of its reject
  std::string_view why{};                  ///< of missing and different, for people
};

/// Borrowed; calls back whoever has asked for accounts.
class VisitAccount {
 public:
  VisitAccount(weir_visit_account function, void* context)
      : function_(function), context_(context) {}
  void operator()(std::size_t index, const Account& account) const {
    const weir_account raw{static_cast<weir_fate>(account.fate),
                           account.code ? view(*account.code) : weir_view{nullptr, 0},
                           view(account.why)};
    function_(context_, index, &raw);
  }

 private:
  weir_visit_account function_;
  void* context_;
};

/// In which order letters are shown.
enum class Order : weir_order {
  oldest_first = WEIR_OLDEST_FIRST,
  newest_first = WEIR_NEWEST_FIRST
};

/// Borrowed; calls back whoever wants to see letters. False: no more are wanted.
class VisitLetter {
 public:
  VisitLetter(weir_visit_letter function, void* context) : function_(function), context_(context) {}
  bool operator()(const weir_letter& letter) const { return function_(context_, &letter); }

 private:
  weir_visit_letter function_;
  void* context_;
};

/// What became of a message that was replayed; see weir_replay_outcome.
enum class ReplayOutcome : weir_replay_outcome {
  stored = WEIR_REPLAY_STORED,
  superseded = WEIR_REPLAY_SUPERSEDED,
  done = WEIR_REPLAY_DONE,
  rejected = WEIR_REPLAY_REJECTED
};

struct Replayed {
  ReplayOutcome outcome = ReplayOutcome::stored;
  std::string code{};    ///< of rejected
  std::string reason{};  ///< of rejected and done, for people
  std::optional<std::string> pointer{};

  bool operator==(const Replayed&) const = default;
};

// The members of a stage class by which it shows its books.

template <class S>
concept ReadsAgain = requires(S& stage, std::string_view origin, std::int64_t position,
                              VisitExtent extents, VisitMessages messages) {
  stage.lanes(extents);
  { stage.reread(origin, position, position, messages) } -> std::same_as<std::int64_t>;
};

template <class S>
concept AuditsMessages = requires(S& stage, std::string_view origin,
                                  std::span<const weir_message> messages, VisitAccount visit) {
  stage.audit(origin, messages, visit);
};

template <class S>
concept ListsLetters = requires(S& stage, Order order, std::uint64_t place, VisitLetter visit) {
  { stage.letters(order, place, visit) } -> std::same_as<std::uint64_t>;
};

template <class S>
concept TakesReplays = requires(S& stage, const Batch& batch, bool trial, std::string_view origin,
                                std::span<const std::int64_t> positions,
                                std::span<std::int64_t> times_us) {
  { stage.replay(batch, trial) } -> std::same_as<Replayed>;
  stage.replayed(origin, positions, times_us);
};

}  // namespace weir
