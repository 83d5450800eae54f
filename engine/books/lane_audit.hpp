#pragma once

#include "engine/books/book_stages.hpp"
#include "engine/books/books.hpp"
#include "engine/books/letter_book.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace weir {

/// Enters the messages of one lane into the books, and finds what does not balance. One thread.
class LaneAudit {
 public:
  /// `letters` is none where the pipeline has no reject route. At most `limit` findings are kept in
  /// the books, all are counted.
  LaneAudit(LaneBooks& lane, Books& books, const LetterBook* letters, std::size_t limit)
      : lane_(lane), books_(books), letters_(letters), limit_(limit) {}

  /// The next message that is said to be done.
  void take(std::int64_t position, const Account& account);
  /// Positions of which no message can be shown.
  void note(Finding::Kind kind, std::int64_t first, std::int64_t last, std::string what,
            std::string cure);

 private:
  using Notes = std::span<const LetterBook::Note>;

  void take_stored(std::int64_t position, const Account& account, Notes notes);
  void take_rejected(std::int64_t position, const std::string& code, Notes notes);
  void take_missing(std::int64_t position, const std::string& why, Notes notes);
  void find(Finding::Kind kind, std::int64_t position, std::string what, std::string cure);
  void add(Finding finding);

  LaneBooks& lane_;
  Books& books_;
  const LetterBook* letters_;
  std::size_t limit_;
  bool run_ = false;       // the message before was missing without a trace
  bool run_kept_ = false;  // and its finding is the last one of the books
};

}  // namespace weir
