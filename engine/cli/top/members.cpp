#include "engine/cli/top/members.hpp"

#include "engine/pipeline/utf8.hpp"

#include <Poco/DateTime.h>
#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeParser.h>

#include <string_view>

namespace weir::glance {
namespace {

/// 2021-11-26T06:22:19…; Poco's parser takes anything for a time.
bool begins_as_a_time(const std::string& text) {
  constexpr std::string_view form = "0000-00-00T00:00:00";
  if (text.size() <= form.size()) return false;
  for (std::size_t i = 0; i < form.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (form[i] == '0' ? !digit : text[i] != form[i]) return false;
  }
  return true;
}

}  // namespace

std::optional<double> number(const Object& of, const std::string& name) {
  const auto value = of.get(name);
  if (value.isEmpty() || value.isBoolean() || !value.isNumeric()) return std::nullopt;
  return value.convert<double>();
}

std::string text(const Object& of, const std::string& name) {
  const auto value = of.get(name);
  return value.isString() ? printable(value.extract<std::string>()) : std::string();
}

std::optional<double> moment(const Object& of, const std::string& name) {
  const std::string written = text(of, name);
  Poco::DateTime time;
  int zone = 0;
  if (!begins_as_a_time(written) ||
      !Poco::DateTimeParser::tryParse(Poco::DateTimeFormat::ISO8601_FRAC_FORMAT, written, time,
                                      zone))
    return std::nullopt;
  return static_cast<double>(time.timestamp().epochMicroseconds()) / 1e6 - zone;
}

}  // namespace weir::glance
