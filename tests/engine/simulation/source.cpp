#include "source.hpp"

#include "stage_table.hpp"
#include "world.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace weir::simulation {
namespace {

using namespace std::chrono_literals;

constexpr auto drain = 1s;
constexpr auto between_looks = 25ms;
constexpr auto before_rejoining = 400ms;  // time to hear that its lanes are another's
constexpr std::uint64_t most_at_once = 6;

weir_message message_of(const std::string& value, std::int64_t position) {
  weir_message message{};
  message.key = view(value);
  message.value = view(value);
  message.position = position;
  return message;
}

}  // namespace

/// What the engine is lent with each emission. Overwritten when it comes back, so that nobody reads
/// on unseen.
struct Source::Lent {
  explicit Lent(Process& the_process) : process(the_process) { ++process.lent; }
  ~Lent() {
    --process.lent;
    for (std::string& value : values) std::ranges::fill(value, '?');
  }
  Lent(const Lent&) = delete;
  Lent& operator=(const Lent&) = delete;

  Process& process;
  std::vector<std::string> values;
};

Source::Source(Process& process, const weir_host& host)
    : process_(process),
      host_(host),
      lanes_host_(*static_cast<const weir_lanes_host_1*>(host.extension(&host, WEIR_LANES_1))),
      positions_host_(
          *static_cast<const weir_positions_host_1*>(host.extension(&host, WEIR_POSITIONS_1))) {}

void Source::start() {
  process_.spend(5ms);
  if (process_.simulation().chance().one_in(10)) throw Retry("the broker is away");
  member_ = process_.world().broker.join(process_);
}

void Source::stop() {
  if (process_.dead()) return;
  process_.world().broker.leave(member_);
  if (process_.lent > 0)
    process_.world().auditor.violation("the source is stopped while " +
                                       std::to_string(process_.lent) +
                                       " of its payloads are still lent");
}

void Source::poll(weir_emit& emit, std::chrono::milliseconds wait) {
  const auto deadline = process_.now() + wait;
  for (;;) {
    process_.spend(100us);
    answer_broker();
    take_on_what_is_assigned();
    bool busy = false;
    for (Lane& lane : lanes_) busy = read(lane, emit) || busy;
    const auto left = std::chrono::duration_cast<microseconds>(deadline - process_.now());
    if (busy || left <= 0us) return;
    process_.simulation().sleep(std::min<microseconds>(left, between_looks));
    process_.live();
  }
}

void Source::answer_broker() {
  Broker& broker = process_.world().broker;
  switch (broker.hear(member_)) {
    case Broker::Call::nothing:
      break;
    case Broker::Call::take_on:
      assigned_ = broker.partitions(member_);
      break;
    case Broker::Call::give_up:
      give_up(drain);
      broker.give_up(member_);
      break;
    case Broker::Call::expelled:
      ++process_.world().tally.expelled;
      give_up(0ms);
      member_ = broker.join(process_);
      break;
  }
  if (rejoin_at_ && process_.now() >= *rejoin_at_) {
    give_up(drain);
    broker.give_up(member_);
  }
}

void Source::give_up(std::chrono::milliseconds wait) {
  const auto deadline = process_.now() + wait;
  while (!lanes_.empty()) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - process_.now());
    const auto wait_ms = static_cast<std::uint32_t>(std::max<std::int64_t>(left.count(), 0));
    const weir_status status = lanes_host_.revoke(&host_, lanes_.back().number, wait_ms);
    lanes_.pop_back();
    process_.live();
    if (status == WEIR_RETRY) ++process_.world().tally.late_revokes;
  }
  assigned_.clear();
  rejoin_at_.reset();
}

void Source::take_on_what_is_assigned() {
  while (!assigned_.empty()) {
    lanes_.push_back(claim(assigned_.back()));
    assigned_.pop_back();
  }
}

Source::Lane Source::claim(std::size_t partition) {
  const std::uint64_t number = numbers_++;
  const std::string origin = LogBook::origin(partition);
  bool kept = false;
  weir_claim claim{-1, -1, 0};
  weir_error error{};
  const weir_status status =
      positions_host_.claim(&host_, number, view(origin), &kept, &claim, &error);
  process_.live();
  if (status == WEIR_RETRY) throw Retry(error.text);
  if (status != WEIR_OK) throw std::runtime_error(error.text);
  const bool fresh = kept && claim.next < 0;
  const std::int64_t next = !kept   ? process_.world().broker.committed(partition)
                            : fresh ? 0
                                    : claim.next;
  compare_mark(claim, partition);
  process_.books.begin(number, partition, next);
  // What was stored and not committed before a crash is written down with the next start.
  process_.world().auditor.committed(origin, next);
  process_.world().broker.commit(member_, partition, next);
  return {.number = number,
          .partition = partition,
          .origin = origin,
          .next = next,
          .committed = {},
          .fresh = fresh};
}

void Source::compare_mark(const weir_claim& claim, std::size_t partition) {
  if (claim.last < 0) return;
  World& world = process_.world();
  const weir_message last = message_of(world.log.at(partition, claim.last), claim.last);
  if (claim.last >= claim.next || positions_host_.mark(&last) != claim.mark)
    world.auditor.violation("the mark of " + LogBook::origin(partition) + " at " +
                            std::to_string(claim.last) + " is another message's");
}

/// How many positions to go on in a lane.
std::uint64_t Source::count(const Lane& lane, std::size_t room) const {
  const auto there = static_cast<std::uint64_t>(process_.world().log.end(lane.partition)) -
                     static_cast<std::uint64_t>(lane.next);
  const std::uint64_t most = std::min<std::uint64_t>({there, room, most_at_once});
  return most == 0 ? 0 : 1 + process_.simulation().chance().below(most);
}

/// Whether it emitted something, or would have if there had been room.
bool Source::read(Lane& lane, weir_emit& emit) {
  const std::size_t room = emit.room(&emit, lane.number);
  const LogBook& log = process_.world().log;
  if (room == 0) return lane.next < log.end(lane.partition);
  const std::uint64_t count = lane.fresh ? 0 : this->count(lane, room);
  if (count == 0 && !lane.fresh) return false;
  auto lent = std::make_unique<Lent>(process_);
  const std::int64_t end = lane.next + static_cast<std::int64_t>(count);
  std::vector<weir_message> messages;
  lent->values.reserve(count);  // no text may move: messages point at them
  for (std::int64_t position = lane.next; position < end; ++position) {
    if (log.is_gap(lane.partition, position)) continue;
    lent->values.push_back(log.at(lane.partition, position));
    messages.push_back(message_of(lent->values.back(), position));
  }

  weir_batch batch{};
  batch.size = sizeof batch;
  batch.messages = messages.data();
  batch.count = messages.size();
  batch.lane = lane.number;
  batch.origin = view(lane.origin);
  batch.first = lane.next;
  batch.commit_to = end;
  process_.books.offer(lane.number, messages.size());
  const bool taken = emit.messages(
      &emit, &batch, {lent.get(), [](void* owner) { delete static_cast<Lent*>(owner); }});
  process_.books.answer(lane.number, taken);
  if (!taken) return true;  // the engine is stopping
  static_cast<void>(lent.release());
  lane.next = batch.commit_to;
  lane.fresh = false;
  return true;
}

void Source::commit(std::uint64_t number, std::int64_t to) {
  process_.spend(1ms);
  World& world = process_.world();
  const auto lane = std::ranges::find(lanes_, number, &Lane::number);
  if (lane == lanes_.end() || (lane->committed && to <= *lane->committed)) {
    world.auditor.violation("lane " + std::to_string(number) + " is committed to " +
                            std::to_string(to) +
                            (lane == lanes_.end() ? ", and it is gone" : ", which is no progress"));
    return;
  }
  world.auditor.committed(lane->origin, to);
  if (process_.simulation().chance().one_in(20)) throw Retry("the broker does not answer");
  world.broker.commit(member_, lane->partition, to);
  lane->committed = to;
}

/// Another instance has claimed it.
void Source::lost(std::uint64_t number) {
  std::erase_if(lanes_, [number](const Lane& lane) { return lane.number == number; });
  if (!rejoin_at_) rejoin_at_ = process_.now() + before_rejoining;
}

}  // namespace weir::simulation
