#include "problem.hpp"

namespace weir::http_query {

std::string json_text(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20) {
      out += "\\u00";
      out += digits[byte >> 4U];
      out += digits[byte & 0xFU];
    } else {
      out += c;
    }
  }
  return out + '"';
}

void send_problem(Reply& reply, std::uint32_t status, std::string_view title,
                  std::string_view detail, std::string_view server_timing) {
  const std::string body = R"({"type":"about:blank","title":)" + json_text(title) +
                           R"(,"status":)" + std::to_string(status) + R"(,"detail":)" +
                           json_text(detail) + "}";
  constexpr std::string_view type = "application/problem+json";
  if (status == 503) {
    reply.send(status,
               {{"Content-Type", type},
                {"Cache-Control", "no-store"},
                {"Retry-After", "1"},
                {"Server-Timing", server_timing}},
               body);
  } else if (server_timing.empty()) {  // no stage was asked
    reply.send(status, {{"Content-Type", type}, {"Cache-Control", "no-store"}}, body);
  } else {
    reply.send(
        status,
        {{"Content-Type", type}, {"Cache-Control", "no-store"}, {"Server-Timing", server_timing}},
        body);
  }
}

}  // namespace weir::http_query
