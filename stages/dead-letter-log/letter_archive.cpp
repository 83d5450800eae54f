#include "letter_archive.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>

#include "descriptor.hpp"

namespace weir::dead_letter_log {
namespace {

// A call is to come back within 10 s.
constexpr std::chrono::seconds longest_listing{5};

// A file of a terabyte, sixteen million files.
constexpr unsigned offset_bits = 40;
constexpr std::uint64_t offset_mask = (std::uint64_t{1} << offset_bits) - 1;

std::uint64_t place_of(std::uint64_t file, std::uint64_t start) {
  return file << offset_bits | (start & offset_mask);
}

/// Nothing: there is no such file.
std::optional<Descriptor> open_to_read(const std::filesystem::path& path) {
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat status {};
  if (file.open() && ::fstat(file.get(), &status) == 0 && S_ISREG(status.st_mode)) return file;
  if (file.open()) {
    throw std::runtime_error(path.string() + " is not a regular file; let `path` name one");
  }
  if (errno == ENOENT) return std::nullopt;
  throw Retry("cannot read " + path.string() + ": " + std::strerror(errno) +
              "; check the file's rights and the disk");
}

}  // namespace

/// One call of list(): shows lines that are letters, until no more are wanted or time is up.
class LetterArchive::Listing {
 public:
  Listing(const LetterArchive& archive, VisitLetter visit)
      : archive_(archive), visit_(visit), deadline_(archive.now_() + longest_listing) {}

  /// False: this was the last one of the call.
  bool show(std::uint64_t file, const WholeLines::Line& line) {
    last_ = place_of(file, line.start);
    bool more = true;
    if (reader_.read(line.text)) {
      weir_letter letter = reader_.letter();
      letter.place = last_;
      more = visit_(letter);
    } else {
      archive_.host_.warn(
          "a line of the dead letters is not a letter and is left out: it begins at byte " +
          std::to_string(line.start) + " of file " + std::to_string(file) + " of " +
          archive_.paths_.current().string() + "; see who wrote it");
    }
    return more && archive_.now_() < deadline_;
  }
  std::uint64_t last() const { return last_; }

 private:
  const LetterArchive& archive_;
  VisitLetter visit_;
  std::chrono::steady_clock::time_point deadline_;
  LetterReader reader_;
  std::uint64_t last_ = 0;
};

std::uint64_t LetterArchive::list(Order order, std::uint64_t place, VisitLetter visit) const {
  std::error_code ignored;
  if (!std::filesystem::exists(paths_.folder(), ignored)) return 0;  // no letter was ever written
  Listing listing(*this, visit);
  switch (order) {
    case Order::oldest_first:
      return oldest_first(place, listing);
    case Order::newest_first:
      return newest_first(place, listing);
  }
  throw std::runtime_error("letters are listed oldest or newest first; ask for one of these");
}

std::uint64_t LetterArchive::oldest_first(std::uint64_t place, Listing& listing) const {
  const auto numbers = paths_.numbers();
  // Asked before a file is read: one with a smaller number is not written to any more.
  const std::uint64_t last = newest();
  std::uint64_t number =
      place != 0 ? place >> offset_bits : (numbers.empty() ? last : numbers.front());
  for (bool go_on = place != 0; number <= last; ++number, go_on = false) {
    auto lines = open(number);
    if (!lines) continue;
    std::uint64_t start = 0;
    if (go_on) {
      const auto seen = lines->at(place & offset_mask);
      start = seen ? seen->end() : lines->end();
    }
    for (auto line = lines->at(start); line; line = lines->at(line->end())) {
      if (!listing.show(number, *line)) return listing.last();
    }
  }
  return 0;
}

std::uint64_t LetterArchive::newest_first(std::uint64_t place, Listing& listing) const {
  std::uint64_t number = place != 0 ? place >> offset_bits : newest();
  const auto numbers = paths_.numbers();
  const std::uint64_t oldest = numbers.empty() ? number : numbers.front();
  for (bool go_on = place != 0; number >= oldest && number > 0; --number, go_on = false) {
    auto lines = open(number);
    if (!lines) continue;
    const std::uint64_t end = go_on ? place & offset_mask : lines->end();
    for (auto line = lines->before(end); line; line = lines->before(line->start)) {
      if (!listing.show(number, *line)) return listing.last();
    }
  }
  return 0;
}

std::uint64_t LetterArchive::newest() const {
  const auto numbers = paths_.numbers();
  return numbers.empty() ? 1 : numbers.back() + 1;
}

std::optional<WholeLines> LetterArchive::open(std::uint64_t number) const {
  auto file = open_to_read(paths_.numbered(number));
  if (!file && number >= newest()) {
    file = open_to_read(paths_.current());
    // Renamed in the meantime: then what was opened may be the file behind it.
    if (auto renamed = open_to_read(paths_.numbered(number))) file = std::move(renamed);
  }
  if (!file) return std::nullopt;
  return WholeLines(std::move(*file));
}

}  // namespace weir::dead_letter_log
