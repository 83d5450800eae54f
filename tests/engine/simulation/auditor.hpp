#pragma once

#include "log_book.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::simulation {

/// Sees all that becomes durable, and remembers the first thing that must not have happened.
class Auditor {
 public:
  /// `once`: whether the store keeps positions, so that nothing may be stored a second time.
  Auditor(const LogBook& log, bool once);

  // What has become durable, in this order.
  void letter(std::string_view origin, std::int64_t position);
  void rejected(std::string_view origin, std::int64_t position);
  void stored(std::string_view origin, std::int64_t position, std::string_view value);

  bool is_stored(std::string_view origin, std::int64_t position) const;

  /// The engine says that all before `to` is done.
  void committed(std::string_view origin, std::int64_t to);

  /// All before this position has ended where it belongs.
  std::int64_t done_to(std::size_t partition);

  void violation(const std::string& what) {
    if (!violation_) violation_ = what;
  }
  const std::optional<std::string>& violation() const { return violation_; }

 private:
  struct Fate {
    unsigned stored = 0, copies = 0, rejected = 0;
    bool letter = false;
  };
  struct Partition {
    std::vector<Fate> fates;
    std::int64_t done = 0;  // all before it have ended where they belong
    std::int64_t last_stored = -1;
  };

  Fate& fate(std::string_view origin, std::int64_t position);
  bool done(std::size_t partition, std::int64_t position);

  const LogBook& log_;
  const bool once_;
  std::vector<Partition> partitions_;
  std::optional<std::string> violation_;
};

}  // namespace weir::simulation
