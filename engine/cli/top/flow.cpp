#include "engine/cli/top/flow.hpp"

#include "engine/cli/top/figures.hpp"

namespace weir::glance {
namespace {

std::optional<double> sum_of_lag(const Object& pipeline, const std::string& origin) {
  std::optional<double> sum;
  for (const auto& stage : objects(pipeline, "stages")) {
    for (const auto& figure : objects(*stage, "figures")) {
      const auto value = number(*figure, "value");
      if (!text(*figure, "name").ends_with("_lag_messages") || !value || *value < 0) continue;
      const Object::Ptr labels = figure->getObject("labels");
      const std::string lane =
          labels ? text(*labels, "topic") + "/" + text(*labels, "partition") : "/";
      if (origin.empty() || origin == lane || origin.ends_with("/" + lane))
        sum = sum.value_or(0) + *value;
    }
  }
  return sum;
}

std::string flowing(const Object& pipeline, const Rates& rates, double now) {
  const double rate = rate_of(pipeline, rates).value_or(0);
  const double lag = lag_of(pipeline).value_or(0);
  if (rate > 0) {
    const std::string late = lag > rate ? ", " + span(lag / rate) + " behind" : "";
    return "Messages flow at " + per_second(rate) + late + ".";
  }
  if (lag > 0) return count(lag) + " messages wait at the source.";
  if (const auto last = moment(pipeline, "last_message_at"))
    return "All that came is done; the last message came " + span(now - *last) + " ago.";
  return total(pipeline, "lanes", "read") > 0 ? "All that came is done."
                                              : "No message has come since it started.";
}

}  // namespace

std::optional<double> rate_of(const Object& pipeline, const Rates& rates) {
  for (const auto& stage : objects(pipeline, "stages"))
    if (text(*stage, "role") == "source")
      return rates.stage(text(pipeline, "name"), text(*stage, "name"));
  return std::nullopt;
}

std::optional<double> lag_of(const Object& pipeline) { return sum_of_lag(pipeline, ""); }

std::optional<double> lag_of(const Object& pipeline, const std::string& origin) {
  return origin.empty() ? std::nullopt : sum_of_lag(pipeline, origin);
}

bool balances(const Object& lane) {
  const auto part = [&](const char* name) { return number(lane, name).value_or(0); };
  return part("read") + part("inserted") ==
         part("stored") + part("rejected") + part("dropped") + part("in_flight");
}

double total(const Object& pipeline, const std::string& list, const std::string& member) {
  double sum = 0;
  for (const auto& one : objects(pipeline, list)) sum += number(*one, member).value_or(0);
  return sum;
}

std::string sentence(const Object& pipeline, const Rates& rates, double now) {
  const std::string state = text(pipeline, "state");
  if (state == "healthy") return flowing(pipeline, rates, now);
  if (state == "waiting") return "It waits, loses nothing, and asks again by itself.";
  if (state == "starting") return "It is starting.";
  if (state == "draining") return "It finishes what is in flight, then stops.";
  if (state == "ended") return "Its source has ended, and all of it is done.";
  if (state == "stopped") return "It was stopped: nothing is read.";
  if (state == "failed")
    return "It has stopped by itself: nothing is read until somebody looks at the reason.";
  return {};
}

}  // namespace weir::glance
