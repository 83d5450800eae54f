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
                       Hear hear, Trace& trace, const Scheduler& scheduler)
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
      hear_(std::move(hear)),
      trace_(trace),
      scheduler_(scheduler),
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
    lose_fenced();
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
  if (!due || lane.lost()) return;
  const Verdict verdict = source_.commit(lane.number(), *due);
  if (verdict.status == WEIR_OK) {
    lane.committed(*due);
    trace_.committed(lane.number(), *due, scheduler_.wall());
  } else if (verdict.status == WEIR_RETRY) {  // it stays due
    const auto now = scheduler_.now();
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
  const auto deadline = scheduler_.now() + wait;
  while (!lane->idle() && !halt_.called()) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - scheduler_.now());
    if (left <= 0ms) break;
    commit_due();
    bell_.wait(std::min<std::chrono::milliseconds>(left, drain_wait));
  }
  commit(*lane);
  const bool idle = lane->idle();
  lane->lose();
  shards_[lane->shard()]->inbox().forget(number);
  hear_.lost(*lane);
  lanes_.remove(number);
  return idle ? WEIR_OK : WEIR_RETRY;
}

/// Its source has to start such a lane anew, under another number, or somebody has to look.
void SourceLoop::lose_fenced() {
  for (const auto& lane : lanes_.all()) {
    if (!lane->fenced()) continue;
    hear_.lost(*lane);
    lanes_.remove(lane->number());
    const std::string what = lane->origin() + " was claimed by another instance";
    const auto* hears = source_.extension<weir_lanes_1>(WEIR_LANES_1);
    if (hears == nullptr || hears->lost == nullptr) {
      fail_(source_.name(), what + "; see which one, and start the pipeline again");
      continue;
    }
    source_.host().log().warn(source_.host().who(),
                              what + "; what was read of it and not stored is forgotten here");
    hears->lost(source_.self(), lane->number(), view(lane->origin()));
  }
}

std::size_t SourceLoop::room(std::uint64_t number) {
  if (no_more_.called()) return 0;
  const auto lane = lanes_.find(number);
  if (lane && lane->lost()) return 0;
  const std::size_t room = lane ? shards_[lane->shard()]->inbox().room(number) : batch_.messages;
  no_room_ = no_room_ || room == 0;
  return room;
}

void SourceLoop::fail_out_of_order(const weir_batch& emitted, std::int64_t position,
                                   std::int64_t due) {
  fail_(source_.name(), "the source emitted position " + std::to_string(position) + " of " +
                            std::string(text(emitted.origin)) + " where " + std::to_string(due) +
                            " to " + std::to_string(emitted.commit_to - 1) +
                            " was due; mend the plugin");
}

/// A source that emits backwards, or leaves a gap, would commit past what it has not emitted.
bool SourceLoop::in_order(const weir_batch& emitted) {
  const auto lane = lanes_.find(emitted.lane);
  const std::int64_t due = lane && lane->next() ? *lane->next() : emitted.first;
  if (emitted.first != due || emitted.commit_to < emitted.first) {
    fail_out_of_order(emitted, emitted.first, due);
    return false;
  }
  std::int64_t least = emitted.first;
  for (std::size_t i = 0; i < emitted.count; ++i) {
    const std::int64_t position = emitted.messages[i].position;
    if (position < least || position >= emitted.commit_to) {
      fail_out_of_order(emitted, position, least);
      return false;
    }
    least = position + 1;
  }
  return true;
}

void SourceLoop::adopt(std::uint64_t number, std::string_view origin,
                       std::optional<std::int64_t> next) {
  std::vector<std::size_t> load(shards_.size());
  for (const auto& lane : lanes_.all()) ++load[lane->shard()];
  const auto shard = static_cast<std::uint32_t>(std::ranges::min_element(load) - load.begin());
  const auto lane = std::make_shared<Lane>(number, std::string(origin), shard, bell_, scheduler_);
  if (next) lane->set_next(*next);
  lanes_.add(lane);
  hear_.gained(*lane);
}

bool SourceLoop::take(const weir_batch& emitted, weir_memory memory) {
  if (no_more_.called() || !in_order(emitted)) return false;
  if (!lanes_.find(emitted.lane)) adopt(emitted.lane, text(emitted.origin), std::nullopt);
  const auto lane = lanes_.find(emitted.lane);
  lane->set_next(emitted.commit_to);
  const auto payload = std::make_shared<const Payload>(memory);
  hear_.read(emitted);
  const Scheduler::Wall read = scheduler_.wall();
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
    const std::span<const weir_message> messages(emitted.messages + begin, end - begin);
    shards_[lane->shard()]->inbox().put({.lane = lane,
                                         .messages = {messages.begin(), messages.end()},
                                         .payload = payload,
                                         .first = first,
                                         .commit_to = commit_to,
                                         .bytes = bytes,
                                         .ack = Ack(lane, lane->open(commit_to, end - begin)),
                                         .noted = trace_.read(lane, messages, commit_to, read)});
    first = commit_to;
    begin = end;
  } while (begin < emitted.count);
  figures_.in.add(static_cast<double>(emitted.count));
  return true;
}

}  // namespace weir
