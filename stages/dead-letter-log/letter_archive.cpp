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

// Of lines that are no letters, in one call: whoever looks at the letters does not flood the log.
constexpr std::size_t most_warnings = 10;

// A file of a terabyte, sixteen million files (LetterPaths::last).
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
    } else if (++odd_ <= most_warnings) {
      archive_.host_.warn(
          "a line of the dead letters is not a letter and is left out: it begins at byte " +
          std::to_string(line.start) + " of file " + std::to_string(file) + " of " +
          archive_.paths_.current().string() + "; see who wrote it");
    }
    return more && archive_.now_() < deadline_;
  }
  std::uint64_t last() const { return last_; }
  void tell_of_the_rest() const {
    if (odd_ > most_warnings)
      archive_.host_.warn("and so are " + std::to_string(odd_ - most_warnings) +
                          " more lines of the dead letters");
  }

 private:
  const LetterArchive& archive_;
  VisitLetter visit_;
  std::chrono::steady_clock::time_point deadline_;
  LetterReader reader_;
  std::uint64_t last_ = 0;
  std::size_t odd_ = 0;  // lines that are no letters
};

std::uint64_t LetterArchive::list(Order order, std::uint64_t place, VisitLetter visit) const {
  std::error_code ignored;
  if (!std::filesystem::exists(paths_.folder(), ignored)) return 0;  // no letter was ever written
  if (order != Order::oldest_first && order != Order::newest_first)
    throw std::runtime_error("letters are listed oldest or newest first; ask for one of these");
  Listing listing(*this, visit);
  const std::uint64_t next =
      order == Order::oldest_first ? oldest_first(place, listing) : newest_first(place, listing);
  listing.tell_of_the_rest();
  return next;
}

std::uint64_t LetterArchive::oldest_first(std::uint64_t place, Listing& listing) const {
  const std::uint64_t first = place >> offset_bits;
  for (const std::uint64_t number : files()) {
    auto lines = number < first ? std::nullopt : open(number);
    if (!lines) continue;
    std::uint64_t start = 0;
    if (number == first) {
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
  const std::uint64_t last = place >> offset_bits;
  auto numbers = files();
  for (; !numbers.empty(); numbers.pop_back()) {
    const std::uint64_t number = numbers.back();
    auto lines = place != 0 && number > last ? std::nullopt : open(number);
    if (!lines) continue;
    const std::uint64_t end =
        place != 0 && number == last ? end_before(*lines, place & offset_mask) : lines->end();
    for (auto line = lines->before(end); line; line = lines->before(line->start)) {
      if (!listing.show(number, *line)) return listing.last();
    }
  }
  return 0;
}

/// Where the last line ends that begins before `offset`.
std::uint64_t LetterArchive::end_before(WholeLines& lines, std::uint64_t offset) {
  if (offset == 0) return 0;
  const auto line = lines.at(offset - 1);
  return line ? line->end() : lines.end();
}

/// The last one is written to, those before it are not any more.
std::vector<std::uint64_t> LetterArchive::files() const {
  auto numbers = paths_.numbers();
  numbers.push_back(numbers.empty() ? 1 : numbers.back() + 1);
  return numbers;
}

std::optional<WholeLines> LetterArchive::open(std::uint64_t number) const {
  auto file = open_to_read(paths_.numbered(number));
  if (!file && number >= files().back()) {
    file = open_to_read(paths_.current());
    // Renamed in the meantime: then what was opened may be the file behind it.
    if (auto renamed = open_to_read(paths_.numbered(number))) file = std::move(renamed);
  }
  if (!file) return std::nullopt;
  return WholeLines(std::move(*file));
}

}  // namespace weir::dead_letter_log
