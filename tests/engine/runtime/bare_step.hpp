#pragma once

#include "engine/loader/stage.hpp"
#include "engine/observe/log.hpp"
#include "engine/observe/metrics.hpp"
#include "engine/runtime/figures.hpp"
#include "engine/runtime/system_scheduler.hpp"

#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace weir {

/// A step without a plugin: a function that is called with each batch.
class BareStep : private Surroundings {
 public:
  using Process = std::function<weir_status(const weir_batch&, weir_edit&)>;

  explicit BareStep(Process process)
      : stage_(
            type,
            std::make_unique<Host>("p", "bare", log_, metrics_, static_cast<Surroundings&>(*this)),
            std::make_unique<ConfigView>("{}", ".")) {
    static_cast<State*>(stage_.self())->process = std::move(process);
  }

  std::unique_ptr<Worker> open() {
    std::unique_ptr<Worker> worker;
    stage_.open(0, worker);
    return worker;
  }
  StageFigures figures() { return {metrics_, "p", "bare"}; }
  const Log& log() const { return log_; }

 private:
  struct State {
    Process process;
  };
  static constexpr weir_stage_type type{
      .size = sizeof(weir_stage_type),
      .traits = 0,
      .id = "bare",
      .summary = "Calls a function.",
      .schema = "{}",
      .create = [](const weir_host*, const weir_config*, weir_error*) -> void* {
        return new State;
      },
      .destroy = [](void* stage) { delete static_cast<State*>(stage); },
      .start = nullptr,
      .stop = nullptr,
      .poll = nullptr,
      .commit = nullptr,
      .open = [](void* stage, std::uint32_t, void** worker, weir_error*) -> weir_status {
        *worker = stage;
        return WEIR_OK;
      },
      .close = [](void*) {},
      .interrupt = nullptr,
      .process = [](void* worker, const weir_batch* batch, weir_edit* edit,
                    weir_error*) { return static_cast<State*>(worker)->process(*batch, *edit); },
      .extension = nullptr,
  };

  weir_status revoke(std::uint64_t, std::chrono::milliseconds) override { return WEIR_OK; }
  weir_status claim(std::uint64_t, std::string_view, bool&, weir_claim&, weir_error*) override {
    return WEIR_OK;
  }
  weir_status positions(weir_visit_position, void*, weir_error*) override { return WEIR_OK; }
  Lookup lookup(std::string_view) override { return {}; }
  std::string route(const void*, std::string_view, weir_http_handler, void*) override { return {}; }

  Log log_{Level::error, [](std::string_view) {}};
  Metrics metrics_;
  Stage stage_;
};

}  // namespace weir
