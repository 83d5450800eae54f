#pragma once

#include "engine/loader/config_view.hpp"
#include "engine/loader/host.hpp"
#include "engine/loader/verdict.hpp"

#include <weir/abi.h>
#include <weir/ext/lanes.h>
#include <weir/ext/lookup.h>
#include <weir/ext/settled.h>

#include <cstdint>
#include <memory>
#include <string>

namespace weir {

class Worker;

/// One instance of a stage type, created in the constructor and destroyed with this object. Thin:
/// each member is one call of the ABI, with its thread rule.
class Stage {
 public:
  /// Throws std::runtime_error with the stage's own words when it refuses its configuration.
  /// [control]
  Stage(const weir_stage_type& type, std::unique_ptr<Host> host,
        std::unique_ptr<ConfigView> config);
  ~Stage();
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  const std::string& name() const { return host_->stage(); }
  const Host& host() const { return *host_; }
  const weir_stage_type& type() const { return type_; }

  Verdict start();  // [control]
  void stop();      // [control] no-op unless started

  Verdict poll(weir_emit& emit, std::uint32_t wait_ms);        // [data]
  Verdict commit(std::uint64_t lane, std::int64_t commit_to);  // [data]

  Verdict open(std::uint32_t shard, std::unique_ptr<Worker>& worker);  // [control]

  /// Null when the stage does not offer it. [any]
  template <class Table>
  const Table* extension(const char* id) const {
    return static_cast<const Table*>(type_.extension == nullptr ? nullptr
                                                                : type_.extension(self_, id));
  }
  void* self() const { return self_; }

 private:
  const weir_stage_type& type_;
  std::unique_ptr<Host> host_;
  std::unique_ptr<ConfigView> config_;
  void* self_ = nullptr;
  bool started_ = false;
};

/// A step's half on one shard; closed with this object. Must not outlive its stage.
class Worker {
 public:
  Worker(const Stage& stage, void* self)
      : stage_(stage), self_(self), settled_(stage.extension<weir_settled_1>(WEIR_SETTLED_1)) {}
  ~Worker() { stage_.type().close(self_); }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  const Stage& stage() const { return stage_; }

  Verdict process(const weir_batch& batch, weir_edit& edit);  // [data]
  void settled(const weir_batch& batch, bool accepted) {      // [data]
    if (settled_ != nullptr) settled_->settled(self_, &batch, accepted);
  }
  bool wants_settled() const { return settled_ != nullptr; }
  void interrupt() {  // [any]
    if (stage_.type().interrupt != nullptr) stage_.type().interrupt(self_);
  }

 private:
  const Stage& stage_;
  void* self_;
  const weir_settled_1* settled_;
};

}  // namespace weir
