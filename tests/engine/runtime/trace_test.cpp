#include "engine/runtime/trace.hpp"

#include "chain_fixture.hpp"

#include <atomic>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace weir {
namespace {

TraceQuery key(std::string text) { return {.key = std::move(text), .origin = {}, .position = -1}; }
TraceQuery place(std::string_view text) { return TraceQuery::message(text).value(); }

class TraceTest : public ChainFixture {
 protected:
  using Strings = std::vector<std::string>;

  static Strings fates(const TracedMessage& message) {
    Strings all;
    for (const auto& stage : message.stages)
      all.push_back(stage.stage + " " + to_string(stage.fate));
    return all;
  }
  static Strings keys(std::size_t count, const std::string& beginning = "k") {
    Strings all;
    for (std::size_t i = 0; i < count; ++i) all.push_back(beginning + std::to_string(i));
    return all;
  }
};

TEST_F(TraceTest, TellsWhatEachStageDidToEachMessage) {
  BareStep first([](const weir_batch& batch, weir_edit& edit) {
    weir_message other = batch.messages[2], more = batch.messages[3];
    more.key = {"more", 4};
    edit.reject(&edit, 0, {"schema", 6}, {"is no number", 12}, {"/a", 2});
    edit.drop(&edit, 1);
    edit.replace(&edit, 2, &other);
    edit.insert(&edit, 3, &more);
    return weir_status{WEIR_OK};
  });
  BareStep second([](const weir_batch&, weir_edit& edit) {
    reject(edit, 2);  // of k2, k3, more, k4
    return weir_status{WEIR_OK};
  });
  BareStep letters(pass);
  Trace trace({"check", "store"});
  Chain chain(links({&first, &second}), links({&letters}), patience, scheduler, &trace);
  const Strings names = keys(5);
  const auto before = scheduler.wall();
  Batch given = batch(10, names, &trace);
  std::move(given.ack).settle(chain.run(given).outcome);

  const auto told = [&](const std::string& name) {
    const auto found = trace.find(key(name), 10);
    EXPECT_EQ(found.size(), 1U) << name;
    return found.empty() ? TracedMessage{} : found.front();
  };
  const TracedMessage rejected = told("k0");
  EXPECT_EQ(fates(rejected), Strings{"check rejected"});
  EXPECT_EQ(rejected.stages[0].code, "schema");
  EXPECT_EQ(rejected.stages[0].reason, "is no number");
  EXPECT_EQ(rejected.stages[0].pointer, "/a");
  EXPECT_EQ(rejected.outcome, TraceOutcome::rejected);
  EXPECT_EQ(rejected.origin, "cluster/orders/0");
  EXPECT_EQ(rejected.position, 10);
  EXPECT_EQ(fates(told("k1")), Strings{"check dropped"});
  EXPECT_EQ(told("k1").outcome, TraceOutcome::dropped);
  EXPECT_EQ(fates(told("k2")), (Strings{"check replaced", "store passed"}));
  EXPECT_EQ(fates(told("k3")), (Strings{"check passed", "store passed"}));
  EXPECT_EQ(fates(told("more")), (Strings{"check inserted", "store rejected"}));
  EXPECT_EQ(told("more").position, 13);
  EXPECT_EQ(told("more").stages[1].pointer, std::nullopt);
  EXPECT_EQ(fates(told("k4")), (Strings{"check passed", "store passed"}));

  const TracedMessage stored = told("k4");
  EXPECT_EQ(stored.outcome, TraceOutcome::stored);
  EXPECT_GE(stored.read_at, before);
  EXPECT_GE(stored.stages[0].at, stored.read_at - std::chrono::milliseconds(1));
  EXPECT_GE(stored.stages[1].at, stored.stages[0].at);
  EXPECT_GE(stored.settled_at, stored.stages[1].at);
  EXPECT_EQ(stored.committed_at, std::nullopt);
  EXPECT_EQ(trace.find(place("cluster/orders/0@13"), 10).size(), 2U);  // k3 and what came of it
  EXPECT_EQ(trace.find(place("orders[0]@14"), 10), std::vector{stored});
  EXPECT_TRUE(trace.find(place("orders[1]@14"), 10).empty());
}

TEST_F(TraceTest, AMessageThatAStepHasInHandIsInFlight) {
  Trace trace({"check", "store"});
  std::vector<TracedMessage> seen;
  BareStep first(pass);
  BareStep second([&](const weir_batch&, weir_edit&) {
    seen = trace.find(key("k0"), 10);
    return weir_status{WEIR_OK};
  });
  Chain chain(links({&first, &second}), {}, patience, scheduler, &trace);
  const Strings names = keys(1);
  Batch given = batch(0, names, &trace);
  std::move(given.ack).settle(chain.run(given).outcome);
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(fates(seen[0]), Strings{"check passed"});
  EXPECT_EQ(seen[0].outcome, TraceOutcome::in_flight);
  EXPECT_EQ(seen[0].settled_at, std::nullopt);
}

TEST_F(TraceTest, WhatWasReadIsInFlightBeforeAShardTakesIt) {
  Trace trace({"check"});
  const Batch waits = batch(0, {"k0"}, &trace);
  const auto found = trace.find(key("k0"), 10);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_TRUE(found[0].stages.empty());
  EXPECT_EQ(found[0].outcome, TraceOutcome::in_flight);
}

TEST_F(TraceTest, WhatIsNotSettledWhenItsLaneIsLostOrAllEndsComesAgain) {
  Trace trace({});
  Chain chain({}, {}, patience, scheduler, &trace);
  Batch done = batch(0, {"done"}, &trace);
  std::move(done.ack).settle(chain.run(done).outcome);
  const Batch waits = batch(1, {"waits"}, &trace);
  const auto outcome = [&](const char* name) { return trace.find(key(name), 1).at(0).outcome; };
  trace.lost(2, scheduler.wall());  // another lane
  EXPECT_EQ(outcome("waits"), TraceOutcome::in_flight);
  trace.lost(1, scheduler.wall());
  EXPECT_EQ(outcome("waits"), TraceOutcome::failed);
  EXPECT_EQ(outcome("done"), TraceOutcome::stored);
  const Batch more = batch(2, {"more"}, &trace);
  trace.end(scheduler.wall());
  EXPECT_EQ(outcome("more"), TraceOutcome::failed);
  EXPECT_EQ(outcome("done"), TraceOutcome::stored);
}

/// A shard takes several slices as one batch; each keeps its own time of reading.
TEST_F(TraceTest, KnowsWhoIsWhoInABatchOfSeveralParts) {
  Trace trace({"check", "store"});
  BareStep first([](const weir_batch&, weir_edit& edit) {
    edit.drop(&edit, 1);
    reject(edit, 3);
    return weir_status{WEIR_OK};
  });
  BareStep second([](const weir_batch&, weir_edit& edit) {
    edit.drop(&edit, 2);  // of a0, b0, b2
    return weir_status{WEIR_OK};
  });
  BareStep letters(pass);
  Chain chain(links({&first, &second}), links({&letters}), patience, scheduler, &trace);
  const Strings a{"a0", "a1"}, b{"b0", "b1", "b2"};
  const auto slice = [&](std::int64_t at, const Strings& names, Scheduler::Wall read) {
    std::vector<weir_message> messages(names.size());
    for (std::size_t i = 0; i < names.size(); ++i) {
      messages[i].key = {names[i].data(), names[i].size()};
      messages[i].position = at + static_cast<std::int64_t>(i);
    }
    const std::int64_t end = at + static_cast<std::int64_t>(names.size());
    const Noted noted = trace.read(lane, messages, end, read);
    return Slice{.lane = lane,
                 .messages = std::move(messages),
                 .payload = std::make_shared<const Payload>(weir_memory{}),
                 .first = at,
                 .commit_to = end,
                 .bytes = 1,
                 .ack = Ack(lane, lane->open(end, names.size())),
                 .noted = noted};
  };
  const auto early = scheduler.wall();
  Batch given(slice(0, a, early));
  const Batch other = batch(50, {"other"}, &trace);  // whose notes lie between
  given.append(slice(2, {}, early));
  given.append(slice(2, b, early + std::chrono::seconds(1)));
  std::move(given.ack).settle(chain.run(given).outcome);

  const auto told = [&](const char* name) { return trace.find(key(name), 1).at(0); };
  EXPECT_EQ(told("a0").outcome, TraceOutcome::stored);
  EXPECT_EQ(told("a1").outcome, TraceOutcome::dropped);
  EXPECT_EQ(told("b0").outcome, TraceOutcome::stored);
  EXPECT_EQ(told("b1").outcome, TraceOutcome::rejected);
  EXPECT_EQ(fates(told("b2")), (Strings{"check passed", "store dropped"}));
  EXPECT_EQ(told("a0").read_at, early);
  EXPECT_EQ(told("b0").read_at, early + std::chrono::seconds(1));
  EXPECT_EQ(told("other").outcome, TraceOutcome::in_flight);
}

TEST_F(TraceTest, ABatchThatFailedIsToldAsFailed) {
  Trace trace({"store"});
  BareStep step([](const weir_batch&, weir_edit&) { return weir_status{WEIR_FAILED}; });
  Chain chain(links({&step}), {}, patience, scheduler, &trace);
  const Strings names = keys(1);
  Batch given = batch(0, names, &trace);
  chain.run(given);
  const auto found = trace.find(key("k0"), 10);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_TRUE(found[0].stages.empty());
  EXPECT_EQ(found[0].outcome, TraceOutcome::failed);
}

TEST_F(TraceTest, ACommitCountsForWhatItCoversOfItsLane) {
  Trace trace({});
  Chain chain({}, {}, patience, scheduler, &trace);
  const Strings names = keys(3);
  for (int i = 0; i < 3; ++i) {
    Batch given = batch(i, {names[static_cast<std::size_t>(i)]}, &trace);
    std::move(given.ack).settle(chain.run(given).outcome);
  }
  const auto at = scheduler.wall();
  trace.committed(2, 3, at);  // another lane
  EXPECT_EQ(trace.find(key("k0"), 1)[0].committed_at, std::nullopt);
  trace.committed(1, 2, at);
  EXPECT_EQ(trace.find(key("k0"), 1)[0].committed_at, at);
  EXPECT_EQ(trace.find(key("k1"), 1)[0].committed_at, at);
  EXPECT_EQ(trace.find(key("k2"), 1)[0].committed_at, std::nullopt);
  const auto later = at + std::chrono::seconds(1);
  trace.committed(1, 3, later);
  EXPECT_EQ(trace.find(key("k1"), 1)[0].committed_at, at);
  EXPECT_EQ(trace.find(key("k2"), 1)[0].committed_at, later);
}

TEST_F(TraceTest, TellsTheNewestOfAKeyFirst) {
  Trace trace({});
  Chain chain({}, {}, patience, scheduler, &trace);
  Batch given = batch(0, {"a", "b", "a", "a"}, &trace);
  std::move(given.ack).settle(chain.run(given).outcome);
  const auto found = trace.find(key("a"), 2);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].position, 3);
  EXPECT_EQ(found[1].position, 2);
}

TEST_F(TraceTest, LongKeysAreToldApart) {
  Trace trace({});
  Chain chain({}, {}, patience, scheduler, &trace);
  const std::string long_one = std::string(200, 'x') + "1", other = std::string(200, 'x') + "2";
  const Strings names{long_one, other, std::string(44, 'x'), std::string(45, 'x'), ""};
  Batch given = batch(0, names, &trace);
  std::move(given.ack).settle(chain.run(given).outcome);
  for (std::size_t i = 0; i < 4; ++i) {
    const auto found = trace.find(key(names[i]), 10);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].position, static_cast<std::int64_t>(i));
    EXPECT_EQ(found[0].key, names[i]);
  }
  EXPECT_TRUE(trace.find(key(""), 10).empty());  // an absent key is none
  EXPECT_EQ(trace.find(place("orders[0]@0"), 10)[0].key, std::string(32, 'x') + "…");
  EXPECT_EQ(trace.find(place("orders[0]@4"), 10)[0].key, std::nullopt);
}

/// Whatever the batches' sizes: the last ones are there with their own fate, those before are not,
/// and memory stands still in the end.
TEST_F(TraceTest, KeepsTheLastMessagesAndNoMore) {
  constexpr std::size_t most = 500;
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 chance(seed);
  Trace trace({"check"}, most);
  BareStep step([&](const weir_batch& given, weir_edit& edit) {
    for (std::size_t i = 0; i < given.count; ++i)
      if (given.messages[i].position % 7 == 0) edit.drop(&edit, i);
    return weir_status{WEIR_OK};
  });
  Chain chain(links({&step}), {}, patience, scheduler, &trace);
  std::int64_t next = 0;
  const auto run = [&](std::size_t count) {
    Strings names;
    for (std::size_t i = 0; i < count; ++i)
      names.push_back(std::to_string(next + static_cast<std::int64_t>(i)));
    Batch given = batch(next, names, &trace);
    std::move(given.ack).settle(chain.run(given).outcome);
    next += static_cast<std::int64_t>(count);
  };
  for (int i = 0; i < 600; ++i) run(1);  // as many batches as there will ever be
  const std::size_t memory = trace.memory();
  for (int i = 0; i < 60; ++i) run(i == 30 ? most + 100 : chance() % 40);
  const std::int64_t oldest = next - static_cast<std::int64_t>(most);
  for (std::int64_t position = oldest - 50; position < next; ++position) {
    const auto found = trace.find(key(std::to_string(position)), 10);
    ASSERT_EQ(found.size(), position < oldest ? 0U : 1U) << position;
    if (found.empty()) continue;
    EXPECT_EQ(found[0].position, position);
    EXPECT_EQ(found[0].outcome, position % 7 == 0 ? TraceOutcome::dropped : TraceOutcome::stored);
  }
  EXPECT_EQ(trace.memory(), memory);
}

TEST_F(TraceTest, ManyRejectsLoseTheirTextsNotTheirFate) {
  Trace trace({"check"});
  BareStep step([](const weir_batch& given, weir_edit& edit) {
    for (std::size_t i = 0; i < given.count; ++i) {
      const std::string reason(600, 'r');
      edit.reject(&edit, i, {"code", 4}, {reason.data(), reason.size()}, {"/p", 2});
    }
    return weir_status{WEIR_OK};
  });
  BareStep letters(pass);
  Chain chain(links({&step}), links({&letters}), patience, scheduler, &trace);
  for (int i = 0; i < 10; ++i) {
    const Strings names = keys(1000, std::to_string(i) + "-");
    Batch given = batch(i * 1000, names, &trace);
    std::move(given.ack).settle(chain.run(given).outcome);
  }
  const auto oldest = trace.find(key("0-0"), 1), newest = trace.find(key("9-999"), 1);
  EXPECT_EQ(oldest[0].outcome, TraceOutcome::rejected);
  EXPECT_EQ(oldest[0].stages[0].code, std::nullopt);
  EXPECT_EQ(newest[0].stages[0].code, "code");
  EXPECT_EQ(newest[0].stages[0].pointer, "/p");
  EXPECT_EQ(newest[0].stages[0].reason, std::string(498, 'r'));
}

TEST_F(TraceTest, IsAskedWhileShardsWriteAndTheSourceCommits) {
  Trace trace({"check"}, 1000);
  std::atomic<bool> over = false;
  const auto shard = [&](std::uint64_t number) {
    BareStep step([](const weir_batch&, weir_edit& edit) {
      reject(edit, 0);
      return weir_status{WEIR_OK};
    });
    BareStep letters(pass);
    Patience mine("shard", {}, scheduler, halt, waiting, log, "p");
    Chain chain(links({&step}), links({&letters}), mine, scheduler, &trace);
    const auto of =
        std::make_shared<Lane>(number, "o/" + std::to_string(number), 0, bell, scheduler);
    for (std::int64_t position = 0; position < 2000; ++position) {
      std::vector<weir_message> messages(3);
      for (auto& message : messages) {
        message.key = {"key", 3};
        message.position = position;
      }
      const Noted noted = trace.read(of, messages, position + 1, scheduler.wall());
      Batch given({.lane = of,
                   .messages = std::move(messages),
                   .payload = std::make_shared<const Payload>(weir_memory{}),
                   .first = position,
                   .commit_to = position + 1,
                   .bytes = 3,
                   .ack = Ack(of, of->open(position + 1, 3)),
                   .noted = noted});
      std::move(given.ack).settle(chain.run(given).outcome);
    }
  };
  std::thread asks([&] {
    while (!over) trace.find(key("key"), 50);
  });
  std::thread commits([&] {
    for (std::int64_t position = 0; !over; position = (position + 1) % 2000)
      trace.committed(1, position, scheduler.wall());
  });
  std::thread one(shard, 1), two(shard, 2);
  one.join();
  two.join();
  over = true;
  asks.join();
  commits.join();
  EXPECT_EQ(trace.find(key("key"), 5000).size(), 1000U);
}

TEST(TraceQueryTest, NamesAMessageByItsOriginOrTheEndOfIt) {
  EXPECT_TRUE(place("c/orders/0@5").is_origin("c/orders/0"));
  EXPECT_EQ(place("c/orders/0@5").position, 5);
  EXPECT_TRUE(place("orders[0]@5").is_origin("c/orders/0"));
  EXPECT_FALSE(place("rders[0]@5").is_origin("c/orders/0"));
  EXPECT_FALSE(place("orders[0]@5").is_origin("c/orders/10"));
  EXPECT_TRUE(place("a@b[1]@7").is_origin("c/a@b/1"));
  for (const char* odd : {"", "@", "@5", "orders", "orders@", "orders@-1", "orders@1x", "orders@ 1",
                          "orders@99999999999999999999"})
    EXPECT_FALSE(TraceQuery::message(odd)) << odd;
}

}  // namespace
}  // namespace weir
