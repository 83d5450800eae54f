#include "timings.hpp"

#include <array>
#include <cstdio>

namespace weir::http_query {

std::chrono::duration<double> Timings::end(std::string_view stage) {
  const std::chrono::duration<double> took = Clock::now() - begun_;
  std::array<char, 48> number{};
  const int size = std::snprintf(number.data(), number.size(), ";dur=%.3f",
                                 took.count() * 1'000);  // milliseconds
  if (!header_.empty()) header_ += ", ";
  header_.append(stage).append(number.data(), static_cast<std::size_t>(size));
  return took;
}

}  // namespace weir::http_query
