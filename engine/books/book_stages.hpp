#pragma once

#include "engine/loader/registry.hpp"
#include "engine/loader/stage.hpp"
#include "engine/observe/log.hpp"
#include "engine/observe/metrics.hpp"
#include "engine/pipeline/spec.hpp"

#include <weir/ext/audit.h>
#include <weir/ext/letters.h>
#include <weir/ext/positions.h>
#include <weir/ext/reread.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace weir {

/// A pipeline whose stages do not show their books; which one, and what it would need.
class NoBooks : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A lane of a source, and the positions of it that can be read again.
struct Extent {
  std::string origin;
  std::int64_t first = 0, end = 0;
};

/// What a step says of one message.
struct Account {
  weir_fate fate = WEIR_MISSING;
  std::optional<std::string> code{};
  std::string why{};
};

/// The stages that a pipeline's books are in, built beside whatever runs of it: the source that
/// reads again, the step that keeps positions, the stage that keeps letters. Nothing flows through
/// them, and only the step is started. One thread.
class BookStages : private Surroundings {
 public:
  /// Throws NoBooks, and std::runtime_error where a stage refuses its configuration. All arguments
  /// must outlive this.
  BookStages(const PipelineSpec& spec, const Registry& registry, const Log& log, Metrics& metrics);

  const std::string& source() const { return source_->name(); }
  const std::string& step() const { return step_->name(); }
  /// False: the pipeline has no reject route.
  bool keeps_letters() const { return letters_ != nullptr; }

  Verdict start() { return step_->start(); }

  Verdict lanes(std::vector<Extent>& lanes);
  /// How far each lane is done.
  Verdict positions(std::map<std::string, std::int64_t>& positions);
  /// Shows messages until `visit` is false; `reached` is where to go on. What `visit` throws comes
  /// out here.
  Verdict read(const std::string& origin, std::int64_t from, std::int64_t to,
               const std::function<bool(std::span<const weir_message>)>& visit,
               std::int64_t& reached);
  Verdict audit(const std::string& origin, std::span<const weir_message> messages,
                std::vector<Account>& accounts);
  /// Shows letters, the oldest first, from behind `place` on; `place` is 0 once those were all.
  Verdict letters(std::uint64_t& place, const std::function<void(const weir_letter&)>& visit);

 private:
  std::unique_ptr<Stage> build(const StageSpec& stage, const PipelineSpec& spec,
                               const Registry& registry, const Log& log, Metrics& metrics);
  void find_source(const PipelineSpec& spec);

  // What a stage may ask of a running pipeline: nothing runs here.
  weir_status revoke(std::uint64_t, std::chrono::milliseconds) override { return WEIR_OK; }
  weir_status claim(std::uint64_t, std::string_view, bool&, weir_claim&, weir_error*) override;
  weir_status positions(weir_visit_position, void*, weir_error*) override { return WEIR_OK; }
  Lookup lookup(std::string_view) override { return {}; }
  std::string route(const void*, std::string_view, weir_http_handler, void*) override { return {}; }

  std::unique_ptr<Stage> source_, step_, letter_stage_;
  const weir_reread_1* reread_ = nullptr;
  const weir_positions_1* positions_ = nullptr;
  const weir_audit_1* audit_ = nullptr;
  const weir_letters_1* letters_ = nullptr;
};

}  // namespace weir
