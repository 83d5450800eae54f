#include "engine/cli/top/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <limits>
#include <string_view>

namespace weir::glance {
namespace {

bool wants_colour() {
  const char* no = std::getenv("NO_COLOR");
  return no == nullptr || *no == '\0';
}

/// Columns and lines; 0 where standard output has none.
winsize size_of_output() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) size = {};
  return size;
}

}  // namespace

bool is_terminal() {
  const char* kind = std::getenv("TERM");
  return ::isatty(STDOUT_FILENO) == 1 && kind != nullptr && std::string_view(kind) != "dumb";
}

Screen plain_screen() {
  std::size_t width = size_of_output().ws_col;
  if (const char* columns = std::getenv("COLUMNS"); width == 0 && columns != nullptr)
    width = std::strtoul(columns, nullptr, 10);
  return {.width = width > 0 ? width : std::numeric_limits<std::size_t>::max()};
}

Terminal::Terminal() { std::cout << "\x1b[?1049h\x1b[?25l" << std::flush; }

Terminal::~Terminal() { std::cout << "\x1b[?25h\x1b[?1049l" << std::flush; }

Screen Terminal::screen() const {
  const winsize size = size_of_output();
  Screen screen{.coloured = wants_colour()};
  if (size.ws_col > 0) screen.width = size.ws_col;
  screen.height = size.ws_row > 0 ? size.ws_row : 24;
  return screen;
}

bool Terminal::draw(const std::vector<std::string>& lines) {
  std::string all = "\x1b[H";
  for (std::size_t i = 0; i < lines.size(); ++i)
    all += (i == 0 ? "" : "\r\n") + lines[i] + "\x1b[K";
  std::cout << all << "\x1b[J" << std::flush;
  return std::cout.good();
}

}  // namespace weir::glance
