#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <weir/stage.hpp>

#include "dead-letter-log.schema.hpp"
#include "letter_archive.hpp"
#include "letter_file.hpp"

namespace weir::dead_letter_log {

/// Keeps each message that it is given as one line of a file, on disk before it returns: the end of
/// a reject route. The file is shared by the workers; each writes a batch in one go.
class DeadLetterLog {
 public:
  static constexpr Info info{
      .id = "dead-letter-log",
      .summary = "Keeps rejected messages in a file, byte for byte, one line of JSON each.",
      .schema = schemas::dead_letter_log};

  explicit DeadLetterLog(const Context& context);
  void start();
  void stop();
  std::uint64_t letters(Order order, std::uint64_t place, VisitLetter visit) const {
    return archive_.list(order, place, visit);
  }

  class Worker {
   public:
    explicit Worker(DeadLetterLog& log) : log_(log) {}
    void process(const Batch& batch, Edit& edit);

   private:
    DeadLetterLog& log_;
    std::string lines_;  // used again for each batch
  };

 private:
  void append(std::string_view lines, std::size_t letters);

  Host host_;
  Metric written_;
  Metric bytes_;
  std::mutex mutex_;  // guards file_
  LetterFile file_;
  LetterArchive archive_;
};

}  // namespace weir::dead_letter_log
