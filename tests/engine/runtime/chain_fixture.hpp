#pragma once

#include "bare_step.hpp"

#include "engine/runtime/chain.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <deque>
#include <initializer_list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace weir {

/// What a chain of bare steps stands in: a lane, and batches of it.
class ChainFixture : public testing::Test {
 protected:
  /// Messages at the positions from `first` on, with these keys; an empty one stands for none. The
  /// trace, if any, has read them.
  Batch batch(std::int64_t first, std::vector<std::string> names, Trace* trace = nullptr) {
    const auto& keys = kept.emplace_back(std::move(names));
    std::vector<weir_message> messages(keys.size());
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (!keys[i].empty()) messages[i].key = {keys[i].data(), keys[i].size()};
      messages[i].position = first + static_cast<std::int64_t>(i);
    }
    const std::int64_t end = first + static_cast<std::int64_t>(keys.size());
    const Noted noted = trace ? trace->read(lane, messages, end, scheduler.wall()) : Noted{};
    return Batch({.lane = lane,
                  .messages = std::move(messages),
                  .payload = std::make_shared<const Payload>(weir_memory{}),
                  .first = first,
                  .commit_to = end,
                  .bytes = keys.size(),
                  .ack = Ack(lane, lane->open(end, keys.size())),
                  .noted = noted});
  }
  static std::vector<Chain::Link> links(std::initializer_list<BareStep*> steps) {
    std::vector<Chain::Link> made;
    for (BareStep* step : steps) made.push_back({step->open(), step->figures()});
    return made;
  }
  static void reject(weir_edit& edit, std::size_t index) {
    edit.reject(&edit, index, {"code", 4}, {"reason", 6}, {nullptr, 0});
  }
  static weir_status pass(const weir_batch&, weir_edit&) { return WEIR_OK; }

  std::deque<std::vector<std::string>> kept;  // what the batches' keys borrow from
  SystemScheduler scheduler;
  Bell bell{scheduler};
  Halt halt{scheduler};
  Waiting waiting;
  Log log{Level::error, [](std::string_view) {}};
  Patience patience{
      "shard",   {.first = std::chrono::milliseconds(1), .longest = std::chrono::milliseconds(1)},
      scheduler, halt,
      waiting,   log,
      "p"};
  std::shared_ptr<Lane> lane = std::make_shared<Lane>(1, "cluster/orders/0", 0, bell, scheduler);
};

}  // namespace weir
