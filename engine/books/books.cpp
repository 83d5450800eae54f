#include "engine/books/books.hpp"

namespace weir {

Tally& Tally::operator+=(const Tally& other) {
  stored += other.stored;
  superseded += other.superseded;
  rejected += other.rejected;
  pending += other.pending;
  missing += other.missing;
  different += other.different;
  return *this;
}

const char* word(Finding::Kind kind) {
  switch (kind) {
    case Finding::Kind::missing:
      return "missing";
    case Finding::Kind::different:
      return "different";
    case Finding::Kind::twice:
      return "twice";
    case Finding::Kind::no_letter:
      return "no letter";
    case Finding::Kind::other_code:
      return "other code";
    case Finding::Kind::deleted_unread:
      return "deleted unread";
    case Finding::Kind::beyond_the_end:
      return "beyond the end";
  }
  return "?";
}

}  // namespace weir
