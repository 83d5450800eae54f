#include "engine/pipeline/findings.hpp"

#include "engine/pipeline/utf8.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace weir {
namespace {

constexpr std::size_t most = 100;           // diagnostics of one file
constexpr std::size_t longest_line = 4096;  // bytes of it that a diagnostic keeps

}  // namespace

Findings::Findings(std::string_view text, std::filesystem::path file)
    : text_(text), file_(std::move(file)), starts_{0} {
  for (std::size_t at = text.find('\n'); at != std::string_view::npos;
       at = text.find('\n', at + 1)) {
    starts_.push_back(at + 1);
  }
}

std::string_view Findings::line(std::size_t number) const {
  if (number == 0 || number > starts_.size()) return {};
  const std::size_t begin = starts_[number - 1];
  std::string_view line = text_.substr(begin, text_.find('\n', begin) - begin);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

Diagnostic Findings::at(const Place& place, std::string code, std::string message,
                        std::string help) const {
  return {.severity = Severity::error,
          .code = std::move(code),
          .message = std::move(message),
          .file = file_,
          .line = place.line,
          .column = place.column,
          .width = place.width,
          .source_line = std::string(cut(line(place.line), longest_line)),
          .help = std::move(help)};
}

void Findings::error(const Place& place, std::string code, std::string message, std::string help) {
  // More than are shown, so that the first ones in the file's order are among them.
  if (found_.size() >= 10 * most) return;
  found_.push_back(at(place, std::move(code), std::move(message), std::move(help)));
}

std::vector<Diagnostic> Findings::take() && {
  const auto place = [](const Diagnostic& d) { return std::tie(d.line, d.column); };
  std::stable_sort(found_.begin(), found_.end(),
                   [&](const Diagnostic& a, const Diagnostic& b) { return place(a) < place(b); });
  std::vector<Diagnostic> all;
  for (Diagnostic& diagnostic : found_) {
    // What an alias repeats is found at the same place again.
    const bool known =
        std::any_of(all.rbegin(), all.rend(), [&](const Diagnostic& d) { return d == diagnostic; });
    if (!known && all.size() < most) all.push_back(std::move(diagnostic));
  }
  return all;
}

}  // namespace weir
