#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>
#include <weir/stage.hpp>

#include "generate-source.schema.hpp"
#include "pace.hpp"
#include "stream.hpp"

namespace weir::generate_source {

/// Makes messages from JSON templates, at a rate or as fast as there is room.
class GenerateSource {
 public:
  static constexpr Info info{
      .id = "generate-source",
      .summary = "Makes messages from JSON templates with random values, some broken on purpose.",
      .schema = schemas::generate_source};

  /// Reads the templates and samples, so that a wrong one is known before anything runs.
  explicit GenerateSource(const Context& context);

  void start();
  Poll poll(Emit& emit, std::chrono::milliseconds wait);
  /// Nothing is kept: a run starts from the beginning.
  void commit(std::uint64_t, std::int64_t) {}

 private:
  std::size_t send(Emit& emit, std::size_t due);

  Host host_;
  Recipe recipe_;
  double rate_;
  std::uint64_t count_;
  std::vector<Document> samples_;
  Metric made_, broken_;

  std::vector<std::unique_ptr<Stream>> streams_;
  std::optional<Pace> pace_;
  std::size_t first_ = 0;  // the stream that begins the next round
};

}  // namespace weir::generate_source
