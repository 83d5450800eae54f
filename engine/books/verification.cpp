#include "engine/books/verification.hpp"

#include <algorithm>
#include <utility>

namespace weir {

Books Verification::run() {
  persistence_.insist(stages_.step(), [this] { return stages_.start(); });
  auto lanes = list_lanes();
  read_letters();
  for (LaneBooks& lane : lanes) {
    verify(lane);
    books_.tally += lane.tally;
    books_.gone += lane.gone;
    books_.lanes.push_back(std::move(lane));
  }
  return std::move(books_);
}

/// What the source has, and what it had: by origin.
std::vector<LaneBooks> Verification::list_lanes() {
  std::map<std::string, std::int64_t> positions;
  std::vector<Extent> extents;
  persistence_.insist(stages_.step(), [&] { return stages_.positions(positions); });
  persistence_.insist(stages_.source(), [&] { return stages_.lanes(extents); });
  std::map<std::string, LaneBooks> lanes;
  for (const Extent& extent : extents) {
    lanes[extent.origin] = {
        .origin = extent.origin, .first = extent.first, .end = extent.end, .gone = extent.first};
  }
  for (const auto& [origin, next] : positions) {
    const auto [lane, is_new] = lanes.try_emplace(origin);
    lane->second.next = next;
    if (is_new) {
      lane->second = {.origin = origin,
                      .first = next,
                      .next = next,
                      .end = next,
                      .in_source = false,
                      .gone = next};
    }
  }
  std::vector<LaneBooks> all;
  for (auto& [origin, lane] : lanes) all.push_back(std::move(lane));
  return all;
}

void Verification::read_letters() {
  if (!stages_.keeps_letters()) return;
  std::uint64_t place = 0;
  do {
    const std::uint64_t before = place;
    persistence_.insist("letters", [&] {
      return stages_.letters(place, [this](const weir_letter& letter) { letters_.add(letter); });
    });
    if (place != 0 && place == before)
      throw NoAnswer("letters: the listing does not get on; mend the plugin");
  } while (place != 0);
  letters_.close();
  books_.letters = letters_.count();
  books_.letters_repeated = letters_.repeated();
}

void Verification::verify(LaneBooks& lane) {
  LaneAudit entries(lane, books_, stages_.keeps_letters() ? &letters_ : nullptr, limit_);
  if (lane.next >= 0 && lane.next < lane.first) {
    entries.note(Finding::Kind::deleted_unread, lane.next, lane.first - 1,
                 "these positions were deleted before they were read",
                 "send their messages again, and let the source keep messages for longer");
  }
  if (lane.next > lane.end) {
    entries.note(Finding::Kind::beyond_the_end, lane.end, lane.next - 1,
                 "these positions are done, it is said, and the source does not have them: it was "
                 "made anew, or has lost messages",
                 "begin the lane anew, as the README of the step's stage says");
  }
  audit(lane, entries, std::min(lane.next, lane.end));
  count_pending(lane);
}

void Verification::audit(LaneBooks& lane, LaneAudit& entries, std::int64_t to) {
  std::vector<Account> accounts;
  read(lane.origin, lane.first, to, [&](std::span<const weir_message> messages) {
    persistence_.insist(stages_.step(),
                        [&] { return stages_.audit(lane.origin, messages, accounts); });
    for (std::size_t i = 0; i < messages.size(); ++i)
      entries.take(messages[i].position, accounts[i]);
  });
}

void Verification::count_pending(LaneBooks& lane) {
  read(lane.origin, std::max(lane.first, lane.next), lane.end,
       [&](std::span<const weir_message> messages) { lane.tally.pending += messages.size(); });
}

template <class Take>
void Verification::read(const std::string& origin, std::int64_t from, std::int64_t to, Take take) {
  while (from < to) {
    std::int64_t reached = from;
    persistence_.insist(stages_.source(), [&] {
      return stages_.read(
          origin, from, to,
          [&](std::span<const weir_message> messages) {
            take(messages);
            return true;
          },
          reached);
    });
    if (reached <= from)
      throw NoAnswer(stages_.source() + ": reading " + origin + " again does not get on from " +
                     std::to_string(from) + "; mend the plugin");
    from = reached;
  }
}

}  // namespace weir
