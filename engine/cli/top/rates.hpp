#pragma once

#include "engine/cli/top/members.hpp"

#include <deque>
#include <map>
#include <optional>
#include <string>

namespace weir::glance {

/// Messages a second of each stage and lane, over the last five seconds: one second alone is too
/// nervous to be read. One thread.
class Rates {
 public:
  /// Takes a document of /api/pipelines in; `at`: seconds of any clock that only goes forward.
  void take(const Object& document, double at);
  /// The service has gone: what it counts next is counted anew.
  void forget() { totals_.clear(); }

  std::optional<double> stage(const std::string& pipeline, const std::string& name) const;
  std::optional<double> lane(const std::string& pipeline, const std::string& origin) const;

 private:
  struct Totals {
    double at = 0;
    std::map<std::string, double> of;
  };
  std::optional<double> of(const std::string& what) const;

  std::deque<Totals> totals_;  // oldest first
};

}  // namespace weir::glance
