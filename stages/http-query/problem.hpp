#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <weir/stage.hpp>

namespace weir::http_query {

/// The text as a JSON string, quotation marks included.
std::string json_text(std::string_view text);

/// Answers with problem+json (RFC 9457): what went wrong, and what to do about it.
void send_problem(Reply& reply, std::uint32_t status, std::string_view title,
                  std::string_view detail, std::string_view server_timing = {});

}  // namespace weir::http_query
