#include "whole_lines.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <weir/stage.hpp>

namespace weir::dead_letter_log {
namespace {

constexpr std::size_t block = 64 * 1024;

}  // namespace

std::optional<WholeLines::Line> WholeLines::at(std::uint64_t start) {
  if (start < from_ || start > from_ + buffer_.size()) {
    from_ = start;
    buffer_.clear();
  }
  std::size_t searched = static_cast<std::size_t>(start - from_);
  for (;;) {
    const std::size_t end = buffer_.find('\n', searched);
    const auto begin = static_cast<std::size_t>(start - from_);
    if (end != std::string::npos)
      return Line{start, std::string_view(buffer_).substr(begin, end - begin)};
    buffer_.erase(0, begin);
    from_ = start;
    searched = buffer_.size();
    const std::string more = read(from_ + searched, std::max(block, searched));
    if (more.empty()) return std::nullopt;
    buffer_ += more;
  }
}

std::optional<WholeLines::Line> WholeLines::before(std::uint64_t start) {
  if (start == 0) return std::nullopt;
  if (start <= from_ || start > from_ + buffer_.size()) {
    from_ = start;
    buffer_.clear();
  }
  buffer_.resize(static_cast<std::size_t>(start - from_));
  for (;;) {
    const bool whole = buffer_.size() >= 2;  // the last byte is this line's own line feed
    const std::size_t feed = whole ? buffer_.rfind('\n', buffer_.size() - 2) : std::string::npos;
    if (feed != std::string::npos || (from_ == 0 && !buffer_.empty())) {
      const std::size_t begin = feed == std::string::npos ? 0 : feed + 1;
      return Line{from_ + begin,
                  std::string_view(buffer_).substr(begin, buffer_.size() - begin - 1)};
    }
    const std::size_t size =
        static_cast<std::size_t>(std::min<std::uint64_t>(from_, std::max(block, buffer_.size())));
    const std::string more = read(from_ - size, size);
    if (more.size() < size) return std::nullopt;  // somebody has cut the file
    buffer_.insert(0, more);
    from_ -= size;
  }
}

std::uint64_t WholeLines::end() const {
  struct stat status {};
  std::uint64_t end =
      ::fstat(file_.get(), &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
  while (end > 0) {
    const std::size_t size = static_cast<std::size_t>(std::min<std::uint64_t>(end, block));
    const std::size_t feed = read(end - size, size).rfind('\n');
    if (feed != std::string::npos) return end - size + feed + 1;
    end -= size;
  }
  return 0;
}

std::string WholeLines::read(std::uint64_t from, std::size_t size) const {
  std::string bytes(size, '\0');
  std::size_t filled = 0;
  while (filled < size) {
    const ssize_t got = ::pread(file_.get(), bytes.data() + filled, size - filled,
                                static_cast<off_t>(from + filled));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      throw Retry(std::string("cannot read the dead letters: ") + std::strerror(errno) +
                  "; see whether the disk is well");
    }
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  bytes.resize(filled);
  return bytes;
}

}  // namespace weir::dead_letter_log
