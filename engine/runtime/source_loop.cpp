#include "engine/runtime/source_loop.hpp"

#include "engine/loader/text.hpp"

#include <algorithm>
#include <utility>

namespace weir {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t poll_wait_ms =
    50;  // also how late a commit may come when nothing else happens
constexpr auto room_wait =
    5ms;  // how late messages of lanes with room may be seen while another has none
constexpr auto drain_wait = 50ms;
constexpr auto repeat_warning = 30s;

std::size_t bytes_of(const weir_message& message) {
  std::size_t bytes = sizeof(weir_message) + message.key.size + message.value.size;
  for (std::size_t i = 0; i < message.header_count; ++i) {
    bytes += sizeof(weir_header) + message.headers[i].name.size + message.headers[i].value.size;
  }
  return bytes;
}

}  // namespace

SourceLoop::SourceLoop(Stage& source, const StageFigures& figures, const BatchSpec& batch,
                       std::span<const std::unique_ptr<Shard>> shards, Lanes& lanes, Bell& bell,
                       Patience patience, const Halt& no_more, const Halt& halt, Fail fail,
                       Lost lost)
    : source_(source),
      figures_(figures),
      batch_(batch),
      shards_(shards),
      lanes_(lanes),
      bell_(bell),
      patience_(std::move(patience)),
      no_more_(no_more),
      halt_(halt),
      fail_(std::move(fail)),
      lost_(std::move(lost)),
      raw_{{.size = sizeof(weir_emit),
            .room = [](weir_emit* raw, std::uint64_t lane) { return of(raw).room(lane); },
            .messages = [](weir_emit* raw, const weir_batch* emitted,
                           weir_memory memory) { return of(raw).take(*emitted, memory); }},
           this} {}

bool SourceLoop::run() {
  const bool ended = poll_until_done();
  drain();
  return ended;
}

bool SourceLoop::poll_until_done() {
  while (!no_more_.called()) {
    commit_due();
    no_room_ = false;
    const Verdict verdict = source_.poll(raw_.table, poll_wait_ms);
    switch (verdict.status) {
      case WEIR_OK:
        patience_.over();
        if (no_room_) bell_.wait(room_wait);
        break;
      case WEIR_RETRY:
        figures_.retries.add(1);
        patience_.wait(source_.name(), verdict.why);
        break;
      case WEIR_END:
        return true;
      default:
        fail_(source_.name(), verdict.why);
        return false;
    }
  }
  return false;
}

void SourceLoop::drain() {
  const auto idle = [this] {
    return std::ranges::all_of(lanes_.all(), [](const auto& lane) { return lane->idle(); });
  };
  while (!idle() && !halt_.called()) {
    commit_due();
    bell_.wait(drain_wait);
  }
  commit_due();
}

void SourceLoop::commit_due() {
  for (const auto& lane : lanes_.all()) commit(*lane);
}

void SourceLoop::commit(Lane& lane) {
  const auto due = lane.due();
  if (!due) return;
  const Verdict verdict = source_.commit(lane.number(), *due);
  if (verdict.status == WEIR_OK) {
    lane.committed(*due);
  } else if (verdict.status == WEIR_RETRY) {  // it stays due
    const auto now = std::chrono::steady_clock::now();
    if (now - commit_warned_ > repeat_warning) {
      commit_warned_ = now;
      source_.host().log().warn(source_.host().who(), "a commit waits: " + verdict.why);
    }
  } else {
    fail_(source_.name(), verdict.why);
  }
}

weir_status SourceLoop::revoke(std::uint64_t number, std::chrono::milliseconds wait) {
  const auto lane = lanes_.find(number);
  if (!lane) return WEIR_OK;
  const auto deadline = std::chrono::steady_clock::now() + wait;
  while (!lane->idle() && !halt_.called()) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    if (left <= 0ms) break;
    commit_due();
    bell_.wait(std::min<std::chrono::milliseconds>(left, drain_wait));
  }
  commit(*lane);
  const bool idle = lane->idle();
  lane->lose();
  shards_[lane->shard()]->inbox().forget(number);
  lost_(*lane);
  lanes_.remove(number);
  return idle ? WEIR_OK : WEIR_RETRY;
}

std::size_t SourceLoop::room(std::uint64_t number) {
  if (no_more_.called()) return 0;
  const auto lane = lanes_.find(number);
  const std::size_t room = lane ? shards_[lane->shard()]->inbox().room(number) : batch_.messages;
  no_room_ = no_room_ || room == 0;
  return room;
}

/// A source that emits backwards would commit past what it has not emitted.
bool SourceLoop::in_order(const weir_batch& emitted) {
  std::int64_t least = emitted.first;
  for (std::size_t i = 0; i < emitted.count; ++i) {
    const std::int64_t position = emitted.messages[i].position;
    if (position < least || position >= emitted.commit_to) {
      fail_(source_.name(),
            "the source emitted position " + std::to_string(position) + " of " +
                std::string(text(emitted.origin)) + " where " + std::to_string(least) + " to " +
                std::to_string(emitted.commit_to - 1) + " was due; mend the plugin");
      return false;
    }
    least = position + 1;
  }
  return true;
}

std::shared_ptr<Lane> SourceLoop::lane_of(const weir_batch& emitted) {
  if (auto lane = lanes_.find(emitted.lane)) return lane;
  std::vector<std::size_t> load(shards_.size());
  for (const auto& lane : lanes_.all()) ++load[lane->shard()];
  const auto shard = static_cast<std::uint32_t>(std::ranges::min_element(load) - load.begin());
  auto lane = std::make_shared<Lane>(emitted.lane, std::string(text(emitted.origin)), shard, bell_);
  lanes_.add(lane);
  return lane;
}

bool SourceLoop::take(const weir_batch& emitted, weir_memory memory) {
  if (no_more_.called() || !in_order(emitted)) return false;
  const auto lane = lane_of(emitted);
  const auto payload = std::make_shared<const Payload>(memory);
  std::int64_t first = emitted.first;
  std::size_t begin = 0;
  do {  // once for an emission without messages too: it moves the position
    std::size_t end = begin;
    std::size_t bytes = 0;
    while (end < emitted.count && end - begin < batch_.messages && bytes < batch_.bytes) {
      bytes += bytes_of(emitted.messages[end]);
      ++end;
    }
    const std::int64_t commit_to =
        end == emitted.count ? emitted.commit_to : emitted.messages[end].position;
    shards_[lane->shard()]->inbox().put(
        {.lane = lane,
         .messages = {emitted.messages + begin, emitted.messages + end},
         .payload = payload,
         .first = first,
         .commit_to = commit_to,
         .bytes = bytes,
         .ack = Ack(lane, lane->open(commit_to, end - begin))});
    first = commit_to;
    begin = end;
  } while (begin < emitted.count);
  figures_.in.add(static_cast<double>(emitted.count));
  return true;
}

}  // namespace weir
