#include "timings.hpp"

#include <array>
#include <charconv>

namespace weir::http_query {

std::chrono::duration<double> Timings::end(std::string_view stage) {
  const std::chrono::duration<double> took = Clock::now() - begun_;
  std::array<char, 48> milliseconds{};
  const auto written = std::to_chars(milliseconds.data(), milliseconds.data() + milliseconds.size(),
                                     took.count() * 1'000, std::chars_format::fixed, 3);
  if (!header_.empty()) header_ += ", ";
  header_.append(stage).append(";dur=").append(milliseconds.data(), written.ptr);
  return took;
}

}  // namespace weir::http_query
