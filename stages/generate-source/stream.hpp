#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>
#include <weir/stage.hpp>

#include "breakage.hpp"
#include "document.hpp"
#include "message_template.hpp"
#include "random.hpp"

namespace weir::generate_source {

/// What all lanes make their messages from. Immutable.
struct Recipe {
  std::vector<MessageTemplate> templates;
  Breakage breakage;
  std::uint64_t seed = 0;
  std::optional<Instant> first_time;  ///< nothing: the clock
  std::uint64_t lanes = 1;
};

/// One lane's messages. They depend on the seed, the lane and the position alone, not on when there
/// was room.
class Stream {
 public:
  /// `limit`: how many messages it makes; nothing: endless.
  Stream(const Recipe& recipe, std::uint64_t lane, std::optional<std::uint64_t> limit);

  /// To be sent before everything that is made.
  void add_sample(Document sample) { samples_.push_back(std::move(sample)); }

  bool ended() const {
    return !in_hand_ && samples_sent_ == samples_.size() && limit_ && made_ == *limit_;
  }
  std::uint64_t lane() const { return lane_; }

  /// What one call has come to.
  struct Sent {
    std::size_t messages = 0;
    std::size_t broken = 0;
  };
  /// Makes at most so many messages and hands them over. None: the engine is stopping.
  Sent send(std::size_t most, Emit& emit);

 private:
  /// Messages on their way through the engine.
  struct Slice {
    std::vector<Document> documents;
    std::vector<weir_message> messages;
    std::size_t broken = 0;
  };

  std::unique_ptr<Slice> make(std::size_t most);
  void add_made(Slice& slice);

  const Recipe& recipe_;
  std::uint64_t lane_;
  std::string origin_;
  std::optional<std::uint64_t> limit_;
  Random random_;
  std::vector<Document> samples_;
  std::size_t samples_sent_ = 0;
  std::uint64_t made_ = 0;
  std::int64_t position_ = 0;
  std::unique_ptr<Slice> in_hand_;  // made, but not taken by the engine
};

}  // namespace weir::generate_source
