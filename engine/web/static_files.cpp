#include "engine/web/static_files.hpp"

#include <Poco/SHA1Engine.h>
#include <fcntl.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <stdexcept>
#include <utility>

namespace weir::web {
namespace {

constexpr std::size_t largest_file = 8 * 1024 * 1024;
constexpr std::size_t cache_bytes = 64 * 1024 * 1024;

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int number() const { return number_; }

 private:
  int number_;
};

/// Opens a file below the folder, one segment after the other, so that no segment leads anywhere
/// else.
Descriptor open_below(int folder, const Target& target) {
  constexpr int safely = O_CLOEXEC | O_NOFOLLOW;
  Descriptor at(-1);
  for (std::size_t index = 0; index < target.size(); ++index) {
    const bool last = index + 1 == target.size();
    std::string segment(target.segment(index));
    if (segment.empty() && target.size() == 1) segment = "index.html";
    const bool plain =
        !segment.empty() && segment.front() != '.' && segment.find('/') == std::string::npos;
    if (!plain) return Descriptor(-1);
    const int flags = last ? O_RDONLY | O_NONBLOCK : O_PATH | O_DIRECTORY;
    at = Descriptor(::openat(index == 0 ? folder : at.number(), segment.c_str(), flags | safely));
    if (at.number() < 0) break;
  }
  return at;
}

std::string_view type_of(std::string_view path) {
  static constexpr std::pair<std::string_view, std::string_view> types[] = {
      {".css", "text/css; charset=utf-8"},
      {".csv", "text/csv; charset=utf-8"},
      {".gif", "image/gif"},
      {".html", "text/html; charset=utf-8"},
      {".ico", "image/x-icon"},
      {".jpeg", "image/jpeg"},
      {".jpg", "image/jpeg"},
      {".js", "text/javascript; charset=utf-8"},
      {".json", "application/json"},
      {".map", "application/json"},
      {".md", "text/markdown; charset=utf-8"},
      {".mjs", "text/javascript; charset=utf-8"},
      {".png", "image/png"},
      {".svg", "image/svg+xml"},
      {".txt", "text/plain; charset=utf-8"},
      {".wasm", "application/wasm"},
      {".webmanifest", "application/manifest+json"},
      {".webp", "image/webp"},
      {".woff2", "font/woff2"},
      {".yaml", "application/yaml"},
  };
  const auto* found = std::find_if(std::begin(types), std::end(types),
                                   [&](const auto& type) { return path.ends_with(type.first); });
  return found == std::end(types) ? "application/octet-stream" : found->second;
}

/// Reads at most one byte more than is allowed, so that a file that grows meanwhile is noticed.
std::optional<std::string> read_all(int descriptor) {
  std::string bytes;
  for (;;) {
    char part[64 * 1024];
    const ssize_t got = ::read(descriptor, part, sizeof part);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::nullopt;
    if (got == 0) return bytes;
    bytes.append(part, static_cast<std::size_t>(got));
    if (bytes.size() > largest_file) return std::nullopt;
  }
}

std::string tag_of(const std::string& bytes) {
  Poco::SHA1Engine hash;
  hash.update(bytes);
  return '"' + Poco::DigestEngine::digestToHex(hash.digest()).substr(0, 32) + '"';
}

/// If-None-Match: "*" or a list of tags, which may be marked as weak.
bool names(std::string_view list, std::string_view tag) {
  return list == "*" || list.find(tag) != std::string_view::npos;
}

}  // namespace

StaticFiles::StaticFiles(const std::filesystem::path& folder)
    : folder_(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)) {
  if (folder_ < 0)
    throw std::runtime_error("the page's folder " + folder.string() +
                             " cannot be opened: " + std::strerror(errno) +
                             "; set `http: { page: … }` to a folder that exists, or leave it out");
}

StaticFiles::~StaticFiles() { ::close(folder_); }

std::optional<Reply> StaticFiles::find(const Target& target,
                                       std::optional<std::string_view> known) const {
  const Descriptor descriptor = open_below(folder_, target);
  struct stat facts {};
  if (descriptor.number() < 0 || ::fstat(descriptor.number(), &facts) != 0 ||
      !S_ISREG(facts.st_mode))
    return std::nullopt;
  const Version version{facts.st_ino, facts.st_size, facts.st_mtim.tv_sec, facts.st_mtim.tv_nsec};
  const std::string path(target.path() == "/" ? "/index.html" : target.path());
  auto file = cached(path, version);
  if (!file) file = load(path, descriptor.number(), version);
  if (!file)
    return problem(404, "this file is larger than 8 MiB or cannot be read, so it is not served");
  return Reply{
      .status = known && names(*known, file->tag) ? 304 : 200,
      .fields = {{"Content-Type", file->type}, {"ETag", file->tag}, {"Cache-Control", "no-cache"}},
      .body = {file, &file->bytes}};
}

std::shared_ptr<const StaticFiles::File> StaticFiles::cached(const std::string& path,
                                                             const Version& version) const {
  const std::shared_lock lock(mutex_);
  const auto found = files_.find(path);
  return found != files_.end() && found->second->version == version ? found->second : nullptr;
}

std::shared_ptr<const StaticFiles::File> StaticFiles::load(const std::string& path, int descriptor,
                                                           const Version& version) const {
  auto bytes = read_all(descriptor);
  if (!bytes) return nullptr;
  const std::string tag = tag_of(*bytes);
  auto file = std::make_shared<const File>(File{version, std::move(*bytes), tag, type_of(path)});

  const std::unique_lock lock(mutex_);
  if (cached_bytes_ + file->bytes.size() >
      cache_bytes) {  // a page of this size is rare: begin anew
    files_.clear();
    cached_bytes_ = 0;
  }
  auto& entry = files_[path];
  if (entry) cached_bytes_ -= entry->bytes.size();
  entry = file;
  cached_bytes_ += file->bytes.size();
  return file;
}

}  // namespace weir::web
