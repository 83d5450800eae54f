#pragma once

#include "engine/observe/log.hpp"
#include "engine/observe/metrics.hpp"

#include <weir/abi.h>
#include <weir/ext/http.h>
#include <weir/ext/lookup.h>
#include <weir/ext/positions.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace weir {

/// What the pipeline around a stage does for it; the runtime implements it. Each call may come from
/// any thread, but for those marked otherwise.
class Surroundings {
 public:
  virtual ~Surroundings() = default;

  /// See weir_lanes_host_1; on the source's thread only.
  virtual weir_status revoke(std::uint64_t lane, std::chrono::milliseconds wait) = 0;

  /// See weir_positions_host_1; on the source's thread only.
  virtual weir_status claim(std::uint64_t lane, std::string_view origin, bool& kept,
                            weir_claim& claim, weir_error* error) = 0;
  /// Shows each position that a step keeps.
  virtual weir_status positions(weir_visit_position visit, void* context, weir_error* error) = 0;

  /// The lookup of the stage of that name: its table and itself; both null when there is none.
  struct Lookup {
    const weir_lookup_1* table = nullptr;
    void* stage = nullptr;
  };
  virtual Lookup lookup(std::string_view stage) = 0;

  /// Empty on success, else why not. [control]
  virtual std::string route(const void* owner, std::string_view pattern, weir_http_handler handler,
                            void* self) = 0;
};

/// The engine, as one stage sees it: the C table behind `weir_host`. Must outlive the stage.
class Host {
 public:
  Host(std::string pipeline, std::string stage, const Log& log, Metrics& metrics,
       Surroundings& surroundings);
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  const weir_host* raw() const { return &raw_.table; }

  const std::string& pipeline() const { return pipeline_; }
  const std::string& stage() const { return stage_; }
  const std::string& who() const { return who_; }  ///< pipeline/stage, as the log names it
  const Log& log() const { return log_; }
  Metrics& metrics() const { return metrics_; }
  Surroundings& surroundings() const { return surroundings_; }

  static Host& of(const weir_host* raw);

 private:
  struct Raw {  // standard layout: the table first, so that a pointer to it is a pointer to this
    weir_host table;
    Host* self;
  };

  std::string pipeline_, stage_, who_;
  const Log& log_;
  Metrics& metrics_;
  Surroundings& surroundings_;
  Raw raw_;
};

}  // namespace weir
