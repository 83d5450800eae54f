#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace weir {

/// One thing that does not balance, or a run of neighbours for which it is the same.
struct Finding {
  enum class Kind {
    missing,         ///< neither stored nor rejected
    different,       ///< stored otherwise than it came
    twice,           ///< stored, and rejected as well
    no_letter,       ///< rejected, without a letter
    other_code,      ///< rejected, and its letters say why otherwise
    deleted_unread,  ///< gone from the source before it was read
    beyond_the_end   ///< done, it is said, and the source never had it
  };

  Kind kind = Kind::missing;
  std::string origin;
  std::int64_t first = 0, last = 0;  ///< positions
  std::uint64_t messages = 0;        ///< between them; positions may have gaps
  std::string what, cure;            ///< of the first one; what to do

  bool operator==(const Finding&) const = default;
};

/// In the words of the output.
const char* word(Finding::Kind kind);

/// How many messages came to what.
struct Tally {
  std::uint64_t stored = 0, superseded = 0, rejected = 0, pending = 0, missing = 0, different = 0;

  std::uint64_t messages() const {
    return stored + superseded + rejected + pending + missing + different;
  }
  Tally& operator+=(const Tally& other);
  bool operator==(const Tally&) const = default;
};

/// What the books say of one lane.
struct LaneBooks {
  std::string origin;
  std::int64_t first = 0;  ///< position of the oldest message that is still there
  std::int64_t next = -1;  ///< everything before it is done; -1: the lane has not begun
  std::int64_t end = 0;    ///< behind the newest message
  bool in_source = true;   ///< false: the source has no such lane any more
  std::int64_t gone = 0;   ///< positions that the source does not have any more
  Tally tally{};

  bool operator==(const LaneBooks&) const = default;
};

/// What reading all of a pipeline again has come to.
struct Books {
  std::vector<LaneBooks> lanes{};  ///< by origin
  Tally tally{};                   ///< of all lanes
  std::int64_t gone = 0;
  std::uint64_t letters = 0;           ///< in all
  std::uint64_t letters_repeated = 0;  ///< of messages that have another one
  std::uint64_t letters_idle = 0;      ///< of messages that were not rejected in the end
  std::vector<Finding> findings{};     ///< the first ones of them
  std::uint64_t finding_count = 0;
  std::uint64_t unaccounted = 0;  ///< messages with a finding

  bool balanced() const { return finding_count == 0; }
};

}  // namespace weir
