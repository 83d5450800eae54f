#pragma once

#include "engine/runtime/snapshot.hpp"
#include "engine/web/limits.hpp"
#include "engine/web/reply.hpp"
#include "engine/web/turns.hpp"

#include <optional>
#include <string_view>

namespace weir::web {

/// The dead letters under `/api/pipelines/NAME`. Whoever looks through them takes a processor for
/// up to two seconds, so that few do so at a time, and the others wait. [any]
class DeadLetters {
 public:
  explicit DeadLetters(const Observed& observed) : observed_(observed) {}

  /// What `dead-letters?…` answers: some of them, and where to go on.
  Reply page(std::string_view pipeline, std::optional<std::string_view> query) const;
  /// What `dead-letters.jsonl?…` answers: all of them, a line each, as they are read.
  Reply download(std::string_view pipeline, std::optional<std::string_view> query) const;
  /// What `dead-letters/PLACE` answers.
  Reply one(std::string_view pipeline, std::string_view place) const;

 private:
  /// Why not, or nothing; `no_place` is the status where no letter is at a place.
  std::optional<Reply> find(std::string_view pipeline, const LetterQuery& query, int no_place,
                            LetterPage& page) const;

  const Observed& observed_;
  mutable Turns turns_{letter_readers};
};

}  // namespace weir::web
