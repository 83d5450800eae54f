/// What one more step in a chain costs: an empty stage from a shared library, run by the engine's
/// own Chain as a shard runs it.
///
///     bench-abi FOLDER [GOOGLE-BENCHMARK'S OPTIONS]     the folder holds bench-empty.so
///
/// The difference between chains of 1 and of 9 steps is eight times the cost of one.
#include "engine/loader/registry.hpp"
#include "engine/loader/stage.hpp"
#include "engine/runtime/chain.hpp"
#include "engine/runtime/system_scheduler.hpp"

#include <benchmark/benchmark.h>

#include <cstdint>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace weir {
namespace {

/// A pipeline with nothing around its stages.
class Nothing : public Surroundings {
 public:
  weir_status revoke(std::uint64_t, std::chrono::milliseconds) override { return WEIR_OK; }
  weir_status claim(std::uint64_t, std::string_view, bool&, weir_claim&, weir_error*) override {
    return WEIR_OK;
  }
  weir_status positions(weir_visit_position, void*, weir_error*) override { return WEIR_OK; }
  Lookup lookup(std::string_view) override { return {}; }
  std::string route(const void*, std::string_view, weir_http_handler, void*) override { return {}; }
};

/// A chain of equal steps, and a batch to send through it.
class ChainOfEqualSteps {
 public:
  ChainOfEqualSteps(const weir_stage_type& type, std::size_t steps, std::size_t messages) {
    std::vector<Chain::Link> links;
    std::vector<std::string> names;
    for (std::size_t i = 0; i < steps; ++i) {
      const std::string name = "step" + std::to_string(i);
      names.push_back(name);
      stages_.push_back(
          std::make_unique<Stage>(type, std::make_unique<Host>("p", name, log_, metrics_, nothing_),
                                  std::make_unique<ConfigView>("{}", ".")));
      std::unique_ptr<Worker> worker;
      stages_.back()->open(0, worker);
      links.push_back({std::move(worker), StageFigures(metrics_, "p", name)});
    }
    trace_ = std::make_unique<Trace>(std::move(names));
    chain_ = std::make_unique<Chain>(std::move(links), std::vector<Chain::Link>{}, patience_,
                                     scheduler_, trace_.get());
    const auto end = static_cast<std::int64_t>(messages);
    std::vector<weir_message> made(messages);
    for (std::size_t i = 0; i < messages; ++i) {
      made[i].key = {"b563feb7b2b84b6test", 19};
      made[i].value = {value_.data(), value_.size()};
      made[i].position = static_cast<std::int64_t>(i);
    }
    batch_ =
        std::make_unique<Batch>(Slice{.lane = lane_,
                                      .messages = std::move(made),
                                      .payload = std::make_shared<const Payload>(weir_memory{}),
                                      .first = 0,
                                      .commit_to = end,
                                      .bytes = messages * value_.size(),
                                      .ack = Ack(lane_, lane_->open(end, messages))});
  }

  Ending run() {
    batch_->parts.front().noted =
        trace_->read(lane_, batch_->messages, batch_->commit_to, scheduler_.wall());
    return chain_->run(*batch_);
  }

 private:
  const std::string value_ = std::string(1050, 'x');
  Log log_{Level::error, [](std::string_view) {}};
  Metrics metrics_;
  Nothing nothing_;
  SystemScheduler scheduler_;
  Bell bell_{scheduler_};
  Halt halt_{scheduler_};
  Waiting waiting_;
  Patience patience_{
      "shard",    {.first = std::chrono::milliseconds(1), .longest = std::chrono::milliseconds(1)},
      scheduler_, halt_,
      waiting_,   log_,
      "p"};
  std::shared_ptr<Lane> lane_ = std::make_shared<Lane>(1, "cluster/orders/0", 0, bell_, scheduler_);
  std::vector<std::unique_ptr<Stage>> stages_;  // outlive the chain's workers
  std::unique_ptr<Trace> trace_;
  std::unique_ptr<Chain> chain_;
  std::unique_ptr<Batch> batch_;
};

void run(benchmark::State& state, const weir_stage_type& type) {
  ChainOfEqualSteps chain(type, static_cast<std::size_t>(state.range(0)),
                          static_cast<std::size_t>(state.range(1)));
  for (auto _ : state) {
    const Ending ending = chain.run();
    if (ending.kind != Ending::Kind::accepted) state.SkipWithError("a batch was not accepted");
  }
}

}  // namespace
}  // namespace weir

int main(int count, char** arguments) {
  if (count < 2) {
    std::cerr << "usage: bench-abi FOLDER [--benchmark_...]; the folder holds bench-empty.so\n";
    return 2;
  }
  const weir::Registry registry({arguments[1]});
  arguments[1] = arguments[0];
  for (const char* id : {"empty", "looking"}) {
    const weir_stage_type* type = registry.type(id);
    if (type == nullptr) {
      std::cerr << "bench-abi: " << arguments[1] << " has no stage `" << id
                << "`; build the target bench\n";
      return 1;
    }
    benchmark::RegisterBenchmark(id, [type](benchmark::State& state) { weir::run(state, *type); })
        ->ArgNames({"steps", "messages"})
        ->ArgsProduct({{1, 9}, {1, 10, 100, 1000}});
  }
  int left = count - 1;
  benchmark::Initialize(&left, arguments + 1);
  benchmark::RunSpecifiedBenchmarks();
}
