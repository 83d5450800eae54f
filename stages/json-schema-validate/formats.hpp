#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace weir::json_schema_validate {

/// The values of the keyword `format` that are checked; each in time linear in the text.
enum class Format { date_time, date, time, email, hostname, ipv4, ipv6, uri, uuid };

/// Nothing: a format that is not checked here.
std::optional<Format> find_format(std::string_view name);

/// All names, for a text to people.
std::string format_names();

bool has_format(Format format, std::string_view text);

/// What the text should be, such as "a date-time (RFC 3339), such as 2021-11-26T06:22:19Z".
std::string_view describe(Format format);

}  // namespace weir::json_schema_validate
