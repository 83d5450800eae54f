#pragma once

#include "engine/books/book_stages.hpp"
#include "engine/books/books.hpp"
#include "engine/books/lane_audit.hpp"
#include "engine/books/letter_book.hpp"
#include "engine/books/persistence.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace weir {

/// Reads every message of a pipeline's source again, and asks what became of it. Memory for one
/// slice of messages, and 16 bytes a letter. One thread.
///
/// It may run beside the pipeline: how far each lane is done is asked first, and what is done then
/// stays done.
class Verification {
 public:
  /// At most `limit` findings are kept.
  Verification(BookStages& stages, const Persistence& persistence, std::size_t limit)
      : stages_(stages), persistence_(persistence), limit_(limit) {}

  /// Throws NoAnswer.
  Books run();

 private:
  void read_letters();
  std::vector<LaneBooks> list_lanes();
  void verify(LaneBooks& lane);
  void audit(LaneBooks& lane, LaneAudit& audit, std::int64_t to);
  void count_pending(LaneBooks& lane);
  template <class Take>
  void read(const std::string& origin, std::int64_t from, std::int64_t to, Take take);

  BookStages& stages_;
  const Persistence& persistence_;
  std::size_t limit_;
  LetterBook letters_;
  Books books_;
};

}  // namespace weir
