#include "letter_paths.hpp"

#include <algorithm>
#include <charconv>
#include <string>
#include <system_error>
#include <weir/stage.hpp>

namespace weir::dead_letter_log {

namespace fs = std::filesystem;

fs::path LetterPaths::folder() const {
  return current_.has_parent_path() ? current_.parent_path() : fs::path(".");
}

fs::path LetterPaths::numbered(std::uint64_t number) const {
  std::string digits = std::to_string(number);
  digits.insert(0, digits.size() < 6 ? 6 - digits.size() : 0, '0');
  return current_.string() + '.' + digits;
}

std::vector<std::uint64_t> LetterPaths::numbers() const {
  std::vector<std::uint64_t> found;
  const std::string prefix = current_.filename().string() + '.';
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder(), error)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(prefix) || name.size() < prefix.size() + 6) continue;
    std::uint64_t number = 0;
    const char* last_digit = name.data() + name.size();
    const auto [end, failed] = std::from_chars(name.data() + prefix.size(), last_digit, number);
    if (failed == std::errc{} && end == last_digit && number <= last) found.push_back(number);
  }
  if (error) {
    throw Retry("cannot read the folder of " + current_.string() + ": " + error.message() +
                "; check `path`, the folder's rights and the disk");
  }
  std::ranges::sort(found);
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

}  // namespace weir::dead_letter_log
