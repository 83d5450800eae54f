#pragma once

#include "engine/cli/top/members.hpp"
#include "engine/cli/top/rates.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace weir::glance {

/// Where a frame is drawn.
struct Screen {
  std::size_t width = 80, height = 0;  ///< in characters; height 0: as long as it is
  bool coloured = false;
};

/// A document of /api/pipelines for people; `now`: seconds since 1970. Every line fits its width.
/// what has no room below is counted.
std::vector<std::string> frame(const Object& document, const Rates& rates, double now,
                               const Screen& screen);

/// The frame of before under what hinders a newer one.
std::vector<std::string> away(const std::string& why, std::vector<std::string> before,
                              const Screen& screen);

/// As many of them as a screen has lines; the last one says how many are left out.
std::vector<std::string> within(std::vector<std::string> lines, std::size_t height);

}  // namespace weir::glance
