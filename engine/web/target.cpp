#include "engine/web/target.hpp"

#include "engine/web/utf8.hpp"

namespace weir::web {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::optional<Refusal> Target::read(std::string_view target) {
  path_.clear();
  starts_.clear();
  query_.reset();
  if (const std::size_t mark = target.find('?'); mark != std::string_view::npos) {
    query_ = target.substr(mark + 1);
    target = target.substr(0, mark);
  }
  bool escaped = false;
  for (std::size_t at = 0; at < target.size(); ++at) {
    char c = target[at];
    if (c == '%') {
      const int high = at + 2 < target.size() ? hex_digit(target[at + 1]) : -1;
      const int low = at + 2 < target.size() ? hex_digit(target[at + 2]) : -1;
      if (high < 0 || low < 0)
        return Refusal{400,
                       "the path has a '%' without two hexadecimal digits behind it; write a plain "
                       "'%' as %25"};
      c = static_cast<char>(high * 16 + low);
      if (c == '\0') return Refusal{400, "the path has a NUL character (%00); leave it out"};
      at += 2;
      escaped = true;
      path_ += c;
    } else {
      path_ += c;
      if (c == '/') starts_.push_back(path_.size());
    }
  }
  // Without escapes the target is ASCII: the head's reader has seen to it.
  if (escaped && !is_utf8(path_))
    return Refusal{400, "the path is not UTF-8 once decoded; encode its text as UTF-8"};
  return std::nullopt;
}

std::string_view Target::segment(std::size_t index) const {
  const std::size_t start = starts_[index];
  const std::size_t end = index + 1 < starts_.size() ? starts_[index + 1] - 1 : path_.size();
  return std::string_view(path_).substr(start, end - start);
}

}  // namespace weir::web
