/// What a stage on the bench shows of its books (weir/books.hpp), as copies that a test compares.
///
///     weir::testing::Bench<MySource> bench;
///     EXPECT_EQ(weir::testing::reread(bench, "here/orders/0", 0, 10).values.size(), 10U);
#pragma once

#include <weir/books.hpp>
#include <weir/testing/bench.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace weir::testing {

namespace detail {

inline void demand_books(weir_status status, const weir_error& error) {
  if (status == WEIR_RETRY) throw Retry(error.text);
  if (status != WEIR_OK) throw std::runtime_error(error.text);
}

inline std::optional<std::string> copy_of(weir_view view) {
  if (view.data == nullptr) return std::nullopt;
  return std::string(text(view));
}

}  // namespace detail

/// A lane of a source that reads again.
struct SeenExtent {
  std::string origin;
  std::int64_t first = 0, end = 0;

  bool operator==(const SeenExtent&) const = default;
};

/// What a source has shown of one lane.
struct SeenAgain {
  std::vector<std::int64_t> positions{};
  std::vector<std::string> values{}, keys{};
  std::vector<std::size_t> header_counts{};
  std::int64_t reached = -1;
};

/// What became of one message.
struct SeenAccount {
  Fate fate = Fate::missing;
  std::optional<std::string> code{};
  std::string why{};
};

/// A letter of a reject route.
struct SeenLetter {
  std::uint64_t place = 0;
  std::string origin;
  std::int64_t position = 0, time_us = -1, written_us = -1;
  std::optional<std::string> stage{}, code{}, reason{}, pointer{}, key{}, value{};
  std::vector<std::pair<std::string, std::optional<std::string>>> headers{};
};

/// What became of a letter that was replayed (weir.replay/1).
inline Replayed replay(const StageBench& bench, const weir_batch& batch, bool trial = false) {
  Replayed seen;
  const auto note = [](void* context, const weir_replayed* made) {
    *static_cast<Replayed*>(context) = {
        static_cast<ReplayOutcome>(made->outcome), std::string(text(made->code)),
        std::string(text(made->reason)), detail::copy_of(made->pointer)};
  };
  weir_error error{};
  detail::demand_books(bench.offered<weir_replay_1>(WEIR_REPLAY_1)
                           ->store(bench.stage(), &batch, trial, note, &seen, &error),
                       error);
  return seen;
}

/// When messages were replayed (weir.replay/1); -1: they were not.
inline std::vector<std::int64_t> replayed(const StageBench& bench, std::string_view origin,
                                          const std::vector<std::int64_t>& positions) {
  std::vector<std::int64_t> times_us(positions.size(), -2);
  weir_error error{};
  detail::demand_books(bench.offered<weir_replay_1>(WEIR_REPLAY_1)
                           ->replayed(bench.stage(), view(origin), positions.data(),
                                      positions.size(), times_us.data(), &error),
                       error);
  return times_us;
}

/// Every lane of a source (weir.reread/1). Throws Retry or std::runtime_error, as all below.
inline std::vector<SeenExtent> lanes(const StageBench& bench) {
  std::vector<SeenExtent> all;
  const auto note = [](void* context, const weir_extent* extent) {
    static_cast<decltype(&all)>(context)->push_back(
        {std::string(text(extent->origin)), extent->first, extent->end});
    return true;
  };
  weir_error error{};
  detail::demand_books(
      bench.offered<weir_reread_1>(WEIR_REREAD_1)->lanes(bench.stage(), note, &all, &error), error);
  return all;
}

/// Some messages of a lane again, in one call; `most`: after so many no more are wanted.
inline SeenAgain reread(const StageBench& bench, std::string_view origin, std::int64_t from,
                        std::int64_t to,
                        std::size_t most = std::numeric_limits<std::size_t>::max()) {
  struct Context {
    SeenAgain seen;
    std::size_t most;
  } context{{}, most};
  const auto note = [](void* raw, const weir_message* messages, std::size_t count) {
    auto& [seen, wanted] = *static_cast<Context*>(raw);
    for (std::size_t i = 0; i < count; ++i) {
      seen.positions.push_back(messages[i].position);
      seen.values.emplace_back(text(messages[i].value));
      seen.keys.emplace_back(text(messages[i].key));
      seen.header_counts.push_back(messages[i].header_count);
    }
    return seen.positions.size() < wanted;
  };
  weir_error error{};
  detail::demand_books(bench.offered<weir_reread_1>(WEIR_REREAD_1)
                           ->read(bench.stage(), view(origin), from, to, note, &context,
                                  &context.seen.reached, &error),
                       error);
  return context.seen;
}

/// What became of messages (weir.audit/1).
inline std::vector<SeenAccount> audit(const StageBench& bench, std::string_view origin,
                                      const std::vector<weir_message>& messages) {
  std::vector<SeenAccount> all;
  const auto note = [](void* context, std::size_t index, const weir_account* account) {
    auto& accounts = *static_cast<decltype(&all)>(context);
    if (index != accounts.size()) throw std::logic_error("accounts come in another order");
    accounts.push_back({static_cast<Fate>(account->fate), detail::copy_of(account->code),
                        std::string(text(account->why))});
  };
  weir_error error{};
  detail::demand_books(bench.offered<weir_audit_1>(WEIR_AUDIT_1)
                           ->audit(bench.stage(), view(origin), messages.data(), messages.size(),
                                   note, &all, &error),
                       error);
  return all;
}

/// Letters of a reject route (weir.letters/1), in one call; `place` is where to go on afterwards.
inline std::vector<SeenLetter> letters(const StageBench& bench, Order order, std::uint64_t& place,
                                       std::size_t most = std::numeric_limits<std::size_t>::max()) {
  struct Context {
    std::vector<SeenLetter> seen;
    std::size_t most;
  } context{{}, most};
  const auto note = [](void* raw, const weir_letter* letter) {
    auto& [seen, wanted] = *static_cast<Context*>(raw);
    const weir_message& message = letter->message;
    seen.push_back({.place = letter->place,
                    .origin = std::string(text(letter->origin)),
                    .position = message.position,
                    .time_us = message.time_us,
                    .written_us = letter->written_us,
                    .stage = detail::copy_of(letter->stage),
                    .code = detail::copy_of(letter->code),
                    .reason = detail::copy_of(letter->reason),
                    .pointer = detail::copy_of(letter->pointer),
                    .key = detail::copy_of(message.key),
                    .value = detail::copy_of(message.value)});
    for (std::size_t i = 0; i < message.header_count; ++i) {
      seen.back().headers.emplace_back(text(message.headers[i].name),
                                       detail::copy_of(message.headers[i].value));
    }
    return seen.size() < wanted;
  };
  weir_error error{};
  detail::demand_books(
      bench.offered<weir_letters_1>(WEIR_LETTERS_1)
          ->list(bench.stage(), static_cast<weir_order>(order), &place, note, &context, &error),
      error);
  return context.seen;
}

}  // namespace weir::testing
