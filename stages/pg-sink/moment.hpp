#pragma once

#include <string>
#include <string_view>

namespace weir::pg_sink {

/// A date and time as messages write it (RFC 3339) and as PostgreSQL prints it.
enum class MomentForm {
  exact,  ///< YYYY-MM-DDThh:mm:ss[.ffffff]Z without trailing zeros: what reading gives back
  odd,    ///< a moment, written in another way
  none    ///< no moment, or one that PostgreSQL does not hold
};

/// Judges `text`, and gives what PostgreSQL shall read.
MomentForm read_moment(std::string_view text, int second_digits, std::string& postgres);

/// Writes PostgreSQL's "2021-11-26 06:22:19.5+00" (time zone UTC, style ISO) as the exact form,
/// without quotes.
void write_moment(std::string_view postgres, std::string& out);

}  // namespace weir::pg_sink
