#include "engine/cli/top/figures.hpp"

#include "engine/pipeline/utf8.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace weir::glance {
namespace {

std::string in_digits(double value, int decimals) {
  std::array<char, 340> buffer;  // the longest double has 309 digits before its point
  const int size = std::snprintf(buffer.data(), buffer.size(), "%.*f", decimals, value);
  return {buffer.data(), static_cast<std::size_t>(size)};
}

std::string in_groups(double value) {
  std::string digits = in_digits(std::abs(value), 0);
  for (std::size_t end = digits.size(); end > 3; end -= 3) digits.insert(end - 3, 1, ',');
  if (value < 0) digits.insert(digits.begin(), '-');
  return digits;
}

bool is_known(std::optional<double> value) { return value && std::isfinite(*value); }

/// Two digits that say something, without an exponent.
std::string short_form(double value) { return in_digits(value, value < 9.95 ? 1 : 0); }

}  // namespace

std::string count(std::optional<double> value) { return is_known(value) ? in_groups(*value) : "-"; }

std::string per_second(std::optional<double> value) {
  if (!is_known(value)) return "-";
  return (*value == 0 || *value >= 9.95 ? in_groups(*value) : in_digits(*value, 1)) + "/s";
}

std::string span(std::optional<double> seconds) {
  if (!is_known(seconds)) return "-";
  const double value = std::max(0.0, *seconds);
  if (value == 0) return "0 s";
  if (value < 0.000'999'5) return short_form(value * 1e6) + " µs";
  if (value < 0.999'5) return short_form(value * 1e3) + " ms";
  if (value < 120) return short_form(value) + " s";
  if (value < 7200) return short_form(value / 60) + " min";
  return value < 172'800 ? short_form(value / 3600) + " h" : in_groups(value / 86'400) + " days";
}

std::string share(double part) { return in_digits(part * 100, part < 0.0995 ? 2 : 0) + " %"; }

std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char byte) { return (byte & 0xC0) != 0x80; }));
}

std::string fitted(const std::string& text, std::size_t width) {
  if (width_of(text) <= width) return text;
  if (width == 0) return {};
  std::size_t end = 0;
  for (std::size_t left = width - 1; left > 0; --left) {
    const std::size_t size = character_at(text, end).size;
    end += size == 0 ? 1 : size;
  }
  return text.substr(0, end) + "…";
}

std::vector<std::string> Table::lines(std::size_t width) const {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  }
  std::vector<std::string> drawn;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string padding(widths[i] - width_of(row[i]), ' ');
      line += (i == 0 ? "  " : "   ") + (i < left ? row[i] + padding : padding + row[i]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    drawn.push_back(fitted(line, width));
  }
  return drawn;
}

}  // namespace weir::glance
