#pragma once

#include "process.hpp"

#include "engine/loader/text.hpp"

#include <weir/abi.h>
#include <weir/ext/lanes.h>
#include <weir/ext/positions.h>
#include <weir/ext/settled.h>

#include <chrono>
#include <cstdint>
#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>

namespace weir::simulation {

// The simulated stages stand behind the C contract without the SDK: that has classes of the same
// names as the engine has, and no other program holds both.

class Retry : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};
class Fenced : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A stage is given nothing but its configuration, so that names the process that it lives in: by
/// its address.
inline std::string config_of(const Process& process) {
  return "{\"process\": " + std::to_string(reinterpret_cast<std::uintptr_t>(&process)) + "}";
}
inline Process& process_of(const weir_config& config) {
  std::int64_t address = 0;
  config.integer(&config, "/process", &address);
  return *reinterpret_cast<Process*>(static_cast<std::uintptr_t>(address));
}

template <class Call>
weir_status guarded(weir_error* error, Call call) noexcept {
  try {
    call();
    return WEIR_OK;
  } catch (const Retry& e) {
    tell(error, e.what());
    return WEIR_RETRY;
  } catch (const Fenced& e) {
    tell(error, e.what());
    return WEIR_FENCED;
  } catch (const std::exception& e) {
    tell(error, e.what());
    return WEIR_FAILED;
  }
}

/// The table of a stage class S, built from (Process&, const weir_host&). A source has poll, commit
/// and lost; a step has a nested Worker, built from (S&), with process; further members as the
/// extensions name them.
template <class S>
struct StageTable {
  static S& self(void* stage) { return *static_cast<S*>(stage); }

  static void* create(const weir_host* host, const weir_config* config, weir_error*) {
    return new S(process_of(*config), *host);
  }
  static void destroy(void* stage) { delete static_cast<S*>(stage); }
  static weir_status start(void* stage, weir_error* error) {
    return guarded(error, [&] { self(stage).start(); });
  }
  static void stop(void* stage) { self(stage).stop(); }

  static weir_status poll(void* stage, weir_emit* emit, std::uint32_t wait_ms, weir_error* error) {
    return guarded(error, [&] { self(stage).poll(*emit, std::chrono::milliseconds(wait_ms)); });
  }
  static weir_status commit(void* stage, std::uint64_t lane, std::int64_t to, weir_error* error) {
    return guarded(error, [&] { self(stage).commit(lane, to); });
  }

  static weir_status open(void* stage, std::uint32_t, void** worker, weir_error* error) {
    return guarded(error, [&] { *worker = new typename S::Worker(self(stage)); });
  }
  static void close(void* worker) { delete static_cast<typename S::Worker*>(worker); }
  static weir_status process(void* worker, const weir_batch* batch, weir_edit* edit,
                             weir_error* error) {
    return guarded(error,
                   [&] { static_cast<typename S::Worker*>(worker)->process(*batch, *edit); });
  }

  static void settled(void* worker, const weir_batch* batch, bool accepted) {
    static_cast<typename S::Worker*>(worker)->settled(*batch, accepted);
  }
  static void lost(void* stage, std::uint64_t lane, weir_view) { self(stage).lost(lane); }
  static void gained(void* stage, std::uint64_t lane, weir_view, std::int64_t) {
    self(stage).gained(lane);
  }
  static weir_status claim(void* stage, std::uint64_t lane, weir_view origin, weir_claim* out,
                           weir_error* error) {
    return guarded(error, [&] { *out = self(stage).claim(lane, std::string(text(origin))); });
  }
  static weir_status each(void*, weir_visit_position, void*, weir_error*) { return WEIR_OK; }

  static const void* extension(void*, const char* id) {
    const std::string_view wanted(id);
    if constexpr (requires(S & s) { s.lost(0); }) {
      static constexpr auto hears = [] {
        weir_lanes_1 table{sizeof(weir_lanes_1), &lost, nullptr};
        if constexpr (requires(S & s) { s.gained(0); }) table.gained = &gained;
        return table;
      }();
      if (wanted == WEIR_LANES_1) return &hears;
    }
    if constexpr (requires(S & s) { s.claim(0, ""); }) {
      static constexpr weir_positions_1 keeps{sizeof(weir_positions_1), &claim, &each};
      if (wanted == WEIR_POSITIONS_1) return &keeps;
    }
    if constexpr (requires { &S::Worker::settled; }) {
      static constexpr weir_settled_1 settles{sizeof(weir_settled_1), &settled};
      if (wanted == WEIR_SETTLED_1) return &settles;
    }
    return nullptr;
  }

  static constexpr weir_stage_type make() {
    weir_stage_type type{};
    type.size = sizeof type;
    type.id = S::id;
    type.summary = "A stage of the simulation.";
    type.schema = "{}";
    type.create = &create;
    type.destroy = &destroy;
    type.start = &start;
    type.stop = &stop;
    if constexpr (requires { typename S::Worker; }) {
      type.open = &open;
      type.close = &close;
      type.process = &process;
    } else {
      type.poll = &poll;
      type.commit = &commit;
    }
    if constexpr (requires { S::rebuildable; }) type.traits = WEIR_REBUILDABLE;
    type.extension = &extension;
    return type;
  }
};

template <class S>
inline constexpr weir_stage_type stage_type = StageTable<S>::make();

}  // namespace weir::simulation
