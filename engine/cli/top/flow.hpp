#pragma once

#include "engine/cli/top/members.hpp"
#include "engine/cli/top/rates.hpp"

#include <optional>
#include <string>

/// What a document of a pipeline means: as on the page.
namespace weir::glance {

/// Messages a second that it reads.
std::optional<double> rate_of(const Object& pipeline, const Rates& rates);

/// Messages that wait at the source: all its gauges of a name that ends so, `_lag_messages`.
std::optional<double> lag_of(const Object& pipeline);
/// The same of one lane, whose origin ends with the gauge's topic and partition.
std::optional<double> lag_of(const Object& pipeline, const std::string& origin);

/// read + inserted = stored + rejected + dropped + in flight.
bool balances(const Object& lane);

/// A member of all these summed up.
double total(const Object& pipeline, const std::string& list, const std::string& member);

/// One sentence that says how it is; `now`: seconds since 1970.
std::string sentence(const Object& pipeline, const Rates& rates, double now);

}  // namespace weir::glance
