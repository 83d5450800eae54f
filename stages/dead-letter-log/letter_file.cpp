#include "letter_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <system_error>
#include <utility>
#include <weir/stage.hpp>

namespace weir::dead_letter_log {
namespace {

namespace fs = std::filesystem;

/// Another attempt may go well: the disk is full or broken, or too many files are open just now.
bool may_pass(int error) {
  return error == ENOSPC || error == EDQUOT || error == EIO || error == EMFILE || error == ENFILE ||
         error == ENOMEM || error == ESTALE || error == EINTR;
}

std::string failure(const std::string& what, const fs::path& path, int error) {
  return "cannot " + what + ' ' + path.string() + ": " + std::strerror(error);
}

[[noreturn]] void fail_to_open(const std::string& what, const fs::path& path, int error) {
  const std::string text =
      failure(what, path, error) + "; check `path`, the folder's rights and the disk";
  if (may_pass(error)) throw Retry(text);
  throw std::runtime_error(text);
}

[[noreturn]] void fail_to_write(const std::string& what, const fs::path& path, int error) {
  throw Retry(failure(what, path, error) + "; make room on the disk, or mend it: the letters wait");
}

fs::path folder_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

/// A new or renamed file is only there for good once its folder is on disk.
void sync_folder(const fs::path& folder) {
  const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened.open()) fail_to_open("open the folder", folder, errno);
  if (::fsync(opened.get()) != 0 && errno != EINVAL)
    fail_to_write("sync the folder", folder, errno);
}

void make_folder(const fs::path& folder) {
  std::error_code ignored;
  if (fs::is_directory(folder, ignored)) return;
  make_folder(folder_of(folder));
  if (::mkdir(folder.c_str(), 0750) != 0 && errno != EEXIST)
    fail_to_open("make the folder", folder, errno);
  sync_folder(folder_of(folder));
}

bool same_file(int descriptor, const fs::path& path) {
  struct stat open {};
  struct stat named {};
  return ::fstat(descriptor, &open) == 0 && ::stat(path.c_str(), &named) == 0 &&
         open.st_dev == named.st_dev && open.st_ino == named.st_ino;
}

Descriptor open_file(const fs::path& path, int more_flags) {
  Descriptor file(::open(path.c_str(),
                         O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK | more_flags, 0640));
  if (!file.open()) fail_to_open("open", path, errno);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) fail_to_open("look at", path, errno);
  if (!S_ISREG(status.st_mode)) {
    throw std::runtime_error(path.string() + " is not a regular file; let `path` name one");
  }
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) fail_to_open("lock", path, errno);
    throw Retry(
        path.string() +
        " is in use by another dead-letter-log, of this or another process; give each its own " +
        "`path`, or stop the other one");
  }
  return file;
}

}  // namespace

std::uint64_t LetterFile::open() {
  close();  // its own lock, left by an attempt that failed half way, would stand in its way
  make_folder(folder_of(options_.path));
  file_ = open_locked();
  sync_folder(folder_of(options_.path));
  return cut_torn_line();
}

void LetterFile::close() { file_ = Descriptor(); }

Descriptor LetterFile::open_locked() const {
  // An attempt is lost to somebody who renames the file between our open and our lock.
  constexpr int attempts = 10;
  for (int i = 0; i < attempts; ++i) {
    Descriptor file = open_file(options_.path, 0);
    if (same_file(file.get(), options_.path)) return file;
  }
  throw Retry(options_.path.string() + " is renamed again and again; see who does it");
}

std::uint64_t LetterFile::cut_torn_line() {
  const off_t end = ::lseek(file_.get(), 0, SEEK_END);
  if (end < 0) fail_to_open("read", options_.path, errno);
  off_t kept = end;
  std::array<char, 4096> block{};
  while (kept > 0) {
    const auto wanted = std::min<off_t>(kept, static_cast<off_t>(block.size()));
    const ssize_t got =
        ::pread(file_.get(), block.data(), static_cast<std::size_t>(wanted), kept - wanted);
    if (got != wanted) fail_to_open("read", options_.path, got < 0 ? errno : EIO);
    const std::string_view text(block.data(), static_cast<std::size_t>(got));
    const std::size_t newline = text.rfind('\n');
    kept -= wanted;
    if (newline == std::string_view::npos) continue;
    kept += static_cast<off_t>(newline) + 1;
    break;
  }
  size_ = static_cast<std::uint64_t>(kept);
  if (kept < end) restore_size();
  return static_cast<std::uint64_t>(end - kept);
}

void LetterFile::restore_size() {
  if (::ftruncate(file_.get(), static_cast<off_t>(size_)) != 0 || ::fdatasync(file_.get()) != 0) {
    fail_to_write("cut a torn line off", options_.path, errno);
  }
}

void LetterFile::append(std::string_view lines) {
  try {
    // Somebody may have moved or removed it: letters must not go where nobody looks.
    if (!file_.open() || !same_file(file_.get(), options_.path)) open();
    settle_size();
    if (options_.rotate != 0 && size_ != 0 && size_ + lines.size() > options_.rotate) rotate();
    write(lines);
  } catch (const Retry&) {
    throw;
  } catch (const std::runtime_error& error) {
    throw Retry(error.what());  // while messages flow, nothing about the file is worth losing one
  }
}

void LetterFile::settle_size() {
  struct stat status {};
  if (::fstat(file_.get(), &status) != 0) fail_to_write("look at", options_.path, errno);
  const auto size = static_cast<std::uint64_t>(status.st_size);
  if (size > size_) restore_size();
  if (size < size_) cut_torn_line();  // somebody emptied it
}

void LetterFile::write(std::string_view lines) {
  for (std::string_view rest = lines; !rest.empty();) {
    const ssize_t written = ::write(file_.get(), rest.data(), rest.size());
    if (written > 0) {
      rest.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      const int error = errno;
      restore_size();
      fail_to_write("write to", options_.path, error);
    }
  }
  if (::fdatasync(file_.get()) != 0) {
    const int error = errno;
    restore_size();
    fail_to_write("sync", options_.path, error);
  }
  size_ += lines.size();
}

void LetterFile::rotate() {
  const fs::path fresh_path = options_.path.string() + ".new";
  const std::vector<std::uint64_t> used = paths_.numbers();
  const fs::path kept = paths_.numbered(used.empty() ? 1 : used.back() + 1);
  Descriptor fresh = open_file(fresh_path, O_TRUNC);  // locked before it has its name
  if (::rename(options_.path.c_str(), kept.c_str()) != 0)
    fail_to_write("rename", options_.path, errno);
  if (::rename(fresh_path.c_str(), options_.path.c_str()) != 0) {
    const int error = errno;
    ::rename(kept.c_str(), options_.path.c_str());
    fail_to_write("rename", fresh_path, error);
  }
  file_ = std::move(fresh);
  size_ = 0;
  sync_folder(folder_of(options_.path));
  remove_oldest();
}

void LetterFile::remove_oldest() const {
  if (options_.keep == 0) return;
  const std::vector<std::uint64_t> all = paths_.numbers();
  for (std::size_t i = 0; i + options_.keep < all.size(); ++i)
    ::unlink(paths_.numbered(all[i]).c_str());
}

}  // namespace weir::dead_letter_log
