#include "dead_letter_log.hpp"

#include <chrono>

#include "letter.hpp"

namespace weir::dead_letter_log {
namespace {

LetterFile::Options read_options(const Config& config) {
  return {.path = config.path("/path"),
          .rotate = config.bytes("/rotate"),
          .keep = static_cast<std::size_t>(config.integer("/keep"))};
}

std::int64_t now_us() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

}  // namespace

DeadLetterLog::DeadLetterLog(const Context& context)
    : host_(context.host),
      written_(
          host_.counter("weir_dead_letters_total", "Letters that were written and are on disk.")),
      bytes_(host_.gauge("weir_dead_letter_file_bytes",
                         "Size of the file that letters are added to.")),
      file_(read_options(context.config)),
      archive_(LetterPaths(context.config.path("/path")), host_) {}

void DeadLetterLog::start() {
  const std::lock_guard lock(mutex_);
  const std::uint64_t cut = file_.open();
  if (cut > 0) {
    host_.warn("the last line of the dead letters was cut short by a crash; " +
               std::to_string(cut) + " bytes of it were removed, and its message comes again");
  }
  bytes_.set(static_cast<double>(file_.size()));
}

void DeadLetterLog::stop() {
  const std::lock_guard lock(mutex_);
  file_.close();
}

void DeadLetterLog::append(std::string_view lines, std::size_t letters) {
  const std::lock_guard lock(mutex_);
  file_.append(lines);
  written_.add(static_cast<double>(letters));
  bytes_.set(static_cast<double>(file_.size()));
}

void DeadLetterLog::Worker::process(const Batch& batch, Edit&) {
  if (batch.empty()) return;
  const std::int64_t written_us = now_us();
  lines_.clear();
  for (std::size_t i = 0; i < batch.size(); ++i)
    append_letter(lines_, batch.origin(), batch[i], written_us);
  log_.append(lines_, batch.size());
}

}  // namespace weir::dead_letter_log
