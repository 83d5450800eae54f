#include "engine/cli/top/rates.hpp"

#include <utility>

namespace weir::glance {
namespace {

constexpr double span_seconds = 5;

/// Neither part can have a line break in it: both are fit to be printed.
std::string key(const char* kind, const std::string& pipeline, const std::string& name) {
  return kind + ("\n" + pipeline) + "\n" + name;
}

}  // namespace

void Rates::take(const Object& document, double at) {
  Totals totals{.at = at, .of = {}};
  for (const auto& pipeline : objects(document, "pipelines")) {
    const std::string name = text(*pipeline, "name");
    for (const auto& stage : objects(*pipeline, "stages"))
      if (const auto in = number(*stage, "in"))
        totals.of[key("stage", name, text(*stage, "name"))] = *in;
    for (const auto& lane : objects(*pipeline, "lanes"))
      if (const auto read = number(*lane, "read"))
        totals.of[key("lane", name, text(*lane, "origin"))] = *read;
  }
  while (totals_.size() > 1 && at - totals_.front().at > span_seconds) totals_.pop_front();
  totals_.push_back(std::move(totals));
}

std::optional<double> Rates::of(const std::string& what) const {
  if (totals_.size() < 2 || totals_.back().at <= totals_.front().at) return std::nullopt;
  const auto before = totals_.front().of.find(what), after = totals_.back().of.find(what);
  if (before == totals_.front().of.end() || after == totals_.back().of.end()) return std::nullopt;
  if (after->second < before->second) return std::nullopt;  // it was started anew
  return (after->second - before->second) / (totals_.back().at - totals_.front().at);
}

std::optional<double> Rates::stage(const std::string& pipeline, const std::string& name) const {
  return of(key("stage", pipeline, name));
}

std::optional<double> Rates::lane(const std::string& pipeline, const std::string& origin) const {
  return of(key("lane", pipeline, origin));
}

}  // namespace weir::glance
