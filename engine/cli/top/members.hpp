#pragma once

#include "engine/cli/answer.hpp"

#include <Poco/JSON/Object.h>
#include <optional>
#include <string>

/// Members of a document that a service of another version may have left out, or filled otherwise:
/// what does not fit is absent.
namespace weir::glance {

using Poco::JSON::Object;

std::optional<double> number(const Object& of, const std::string& name);

/// Fit to be printed; empty where it is absent.
std::string text(const Object& of, const std::string& name);

/// Seconds since 1970 of an RFC 3339 time.
std::optional<double> moment(const Object& of, const std::string& name);

}  // namespace weir::glance
