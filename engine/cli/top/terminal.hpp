#pragma once

#include "engine/cli/top/frame.hpp"

#include <string>
#include <vector>

namespace weir::glance {

/// Whether standard output is a terminal that can be drawn on.
bool is_terminal();

/// For a frame that is printed once: as wide as the terminal, else as COLUMNS says, else unlimited.
Screen plain_screen();

/// Standard output as a screen of its own; what stood there before comes back when this goes.
class Terminal {
 public:
  Terminal();
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  /// As large as it is now.
  Screen screen() const;
  /// In place of the frame before. False: the terminal is gone.
  bool draw(const std::vector<std::string>& lines);
};

}  // namespace weir::glance
