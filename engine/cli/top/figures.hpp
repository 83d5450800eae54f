#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

/// Figures for people, as the page writes them; "-" where there is none.
namespace weir::glance {

std::string count(std::optional<double> value);       ///< 12,345
std::string per_second(std::optional<double> value);  ///< 4,182/s, 2.4/s
std::string span(std::optional<double> seconds);      ///< 9.4 µs, 31 ms, 2.5 s, 12 min, 3.4 h
std::string share(double part);                       ///< 0.3 %

/// Characters, not bytes.
std::size_t width_of(const std::string& text);

/// No wider than that: what is cut ends with "…".
std::string fitted(const std::string& text, std::size_t width);

/// Rows of cells under a head; the first `left` columns flush left, the others right. Each line is
/// cut at `width`.
struct Table {
  std::size_t left = 1;
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> lines(std::size_t width) const;
};

}  // namespace weir::glance
